using System.Text.Json;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Cluster.Tests.Interop;

/// <summary>A script of this folder, run by Debian's own Python, which has Debian's own gRPC. Its last line is a report in JSON.</summary>
internal sealed class PythonScript : IAsyncDisposable
{
    // Not the first python3 of PATH: one installed beside Debian's does not see Debian's packages.
    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly LabProcess _process;

    private PythonScript(LabProcess process) => _process = process;

    public static PythonScript Start(string name, params string[] arguments)
    {
        Assert.True(File.Exists(Python), $"{Python} is missing; apt-get install -y python3 python3-grpcio python3-grpc-tools");
        // -B: no bytecode beside the sources.
        return new PythonScript(LabProcess.Start(Python, ["-B", Repository.File($"tests/Cluster.Tests/Interop/{name}"), .. arguments]));
    }

    public Task<string> FirstLineAsync() => _process.WaitForLine(_ => true, Patience, what: "anything");

    public async Task<JsonElement> ReportAsync()
    {
        var exitCode = await _process.WaitForExit(Patience);
        Assert.True(exitCode == 0, $"exit code {exitCode}:{Environment.NewLine}{string.Join(Environment.NewLine, _process.Errors)}");
        return JsonDocument.Parse(_process.Output[^1]).RootElement;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
