using System.Xml.Linq;
using FpingCluster.TestKit;

namespace FpingCluster.Architecture.Tests;

/// <summary>Who may know whom. An exception stands here with its reason, and goes when nothing needs it any more.</summary>
public sealed class DependencyTests
{
    /// <summary>Technology that a pure folder does without. Streams and text readers are no files: they may be anything.</summary>
    private static readonly string[] Outside =
    [
        "Grpc.", "Google.Protobuf.", "FpingCluster.Shared.Protocol.", "FpingCluster.Shared.Hosting.", "Microsoft.AspNetCore.", "Microsoft.Data.Sqlite.",
        "Spectre.", "System.CommandLine.", "System.Net.Http.", "System.Net.Sockets.", "System.IO.File", "System.IO.Directory", "System.IO.Drive",
        "System.IO.RandomAccess", "System.Diagnostics.Process.", "System.Console.",
    ];

    private static readonly Dictionary<string, string[]> OutsideAllowed = new()
    {
        // The outbox keeps results as they travel: encoded once however often they are sent, and its bound counts what is really held.
        ["Agent.Results"] = ["FpingCluster.Shared.Protocol.", "Google.Protobuf."],
        // The name of the kind of an address; no socket comes with it.
        ["Shared.Targets"] = ["System.Net.Sockets.AddressFamily."],
    };

    private static readonly string[] Edges =
    [
        "Agent.Session", "Agent.Identity", "Agent.Engines", "Agent.Spooling", "Agent.Cli",
        "Coordinator.Sessions", "Coordinator.Storage", "Coordinator.Security", "Coordinator.Api", "Coordinator.Cli", "Coordinator.Hosting",
    ];

    private static readonly Dictionary<string, string[]> EdgesAllowed = new()
    {
        // Two seams: the table is where engines take shards from, the sink where they put results.
        ["Agent.Assignments"] = ["Agent.Engines.IShardSource"],
        ["Agent.Results"] = ["Agent.Engines.IResultSink"],
        // The budget that a coordinator sets and the engines keep to. A session is dialled with the agent's certificate, which decides too what a refusal means.
        ["Agent.Session"] = ["Agent.Engines.RateLimit", "Agent.Identity"],
        // A batch is packed on the session's own task, not on the cluster's one loop, in the form in which it is stored. Who may open a session, and who gets a
        // certificate, is decided in one place; the sessions ask it and put the answer into the words of gRPC.
        ["Coordinator.Sessions"] = ["Coordinator.Storage.StoredBatch", "Coordinator.Security"],
        // Results are only read. Who calls, and what was done, is for the books of security.
        ["Coordinator.Api"] = ["Coordinator.Storage.IResultStore", "Coordinator.Storage.RoundRecord", "Coordinator.Security"],
        // Both put a program together out of everything.
        ["Agent.Cli"] = ["Agent.Session", "Agent.Identity", "Agent.Engines", "Agent.Spooling"],
        // The client commands read the API's answers into the very types that it writes.
        ["Coordinator.Cli"] = ["Coordinator.Storage", "Coordinator.Security", "Coordinator.Hosting", "Coordinator.Api"],
        ["Coordinator.Hosting"] = ["Coordinator.Sessions", "Coordinator.Storage", "Coordinator.Security", "Coordinator.Api"],
    };

    public static TheoryData<string> PureFolders =>
    [
        "Shared.Targets", "Shared.Leases", "Shared.Results", "Agent.Assignments", "Agent.Results",
        "Coordinator.Targets", "Coordinator.Membership", "Coordinator.Sharding", "Coordinator.Leases", "Coordinator.Merging",
        "Coordinator.Metrics",
    ];

    public static TheoryData<string> AllFolders => [.. PureFolders.Concat(Edges)];

    [Theory]
    [MemberData(nameof(PureFolders))]
    public void Pure_folder_knows_neither_network_nor_files_nor_the_wire(string folder) =>
        AssertNone(folder, Outside, OutsideAllowed, type => $"{type.FullName}.");

    [Theory]
    [MemberData(nameof(AllFolders))]
    public void Folder_knows_no_edge_but_those_it_needs(string folder) =>
        AssertNone(folder, [.. Edges.Where(edge => edge != folder).Select(edge => $"{edge}.")], EdgesAllowed, type => $"{Product.NameOf(type)}.");

    [Theory]
    [InlineData("src/Shared/FpingCluster.Shared.csproj")]
    [InlineData("src/Agent/FpingCluster.Agent.csproj", "../Shared/FpingCluster.Shared.csproj")]
    [InlineData("src/Coordinator/FpingCluster.Coordinator.csproj", "../Shared/FpingCluster.Shared.csproj")]
    public void Project_references_nothing_but_shared(string project, params string[] expected) =>
        Assert.Equal(
            expected, XDocument.Load(Repository.File(project)).Descendants("ProjectReference").Select(reference => reference.Attribute("Include")!.Value));

    [Fact]
    public void Code_of_methods_is_looked_into() =>
        Assert.Contains(typeof(File), TypeReferences.Of(Product.TypesIn("Agent.Session").Single(type => type.Name == "AgentIdentity")));

    private static void AssertNone(string folder, string[] forbidden, Dictionary<string, string[]> exceptions, Func<Type, string> nameOf)
    {
        var allowed = exceptions.GetValueOrDefault(folder, []);
        var used = new HashSet<string>();
        var faults = new SortedSet<string>();
        var types = Product.TypesIn(folder).ToList();
        foreach (var (type, name) in types.SelectMany(type => TypeReferences.Of(type).Select(reference => (type, nameOf(reference)))))
        {
            if (Find(forbidden, name) is null)
            {
                continue;
            }

            if (Find(allowed, name) is { } exception)
            {
                used.Add(exception);
            }
            else
            {
                faults.Add($"{Product.NameOf(type)} -> {name.TrimEnd('.')}");
            }
        }

        Assert.NotEmpty(types);
        Assert.True(faults.Count == 0, $"{folder} must not know these:\n{string.Join('\n', faults)}");
        var stale = allowed.Except(used).ToList();
        Assert.True(stale.Count == 0, $"{folder} no longer needs these exceptions; delete them: {string.Join(", ", stale)}");
    }

    private static string? Find(string[] prefixes, string name) => Array.Find(prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
