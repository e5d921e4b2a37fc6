using System.Text;
using System.Text.RegularExpressions;
using FpingCluster.Coordinator.Jobs;
using YamlDotNet.RepresentationModel;

namespace FpingCluster.Coordinator.Tests.Jobs;

public sealed class SampleFilesTests : IDisposable
{
    // The keys of this map are the user's own.
    private const string FreeMap = "where";

    private const string Stranger = "zzzzzzzzzzzzzzzz";

    private static readonly string Samples = Path.Combine(FindRoot(), "deploy", "samples");

    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("job.yml")]
    [InlineData("coordinator.yml")]
    public void Sample_is_valid(string name)
    {
        Assert.Empty(ConfigurationReader.Read(Path.Combine(Samples, name)).Errors);
    }

    [Fact]
    public void Annotated_sample_has_every_key_the_reader_knows_and_no_other()
    {
        var maps = MapsOf(Load(), "").Count();
        for (var i = 0; i < maps; i++)
        {
            var document = Load();
            var (path, map) = MapsOf(document, "").ElementAt(i);
            var written = map.Children.Keys.Select(key => key.ToString()).Order().ToList();
            map.Add(Stranger, "1");

            Assert.Equal(written, KeysTheReaderNames(document, path));
        }
    }

    [Fact]
    public void Annotated_sample_has_a_comment_on_every_key()
    {
        var bare = File.ReadLines(Path.Combine(Samples, "coordinator.yml"))
            .Where(line => Regex.IsMatch(line, @"^[\s-]*\w+: *[^\s#]") && !line.Contains('#') && !line.Contains("site:", StringComparison.Ordinal));

        Assert.Empty(bare);
    }

    [Fact]
    public void Garbled_sample_gives_errors_and_never_an_exception()
    {
        const string Noise = "[]{}:,-#&*!|>'\"%@`\t\n ?a1\0\u0085\ufeff";
        var sample = File.ReadAllText(Path.Combine(Samples, "coordinator.yml"));
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < 300; i++)
        {
            var garbled = new StringBuilder(sample);
            for (var slip = 0; slip < 5; slip++)
            {
                garbled.Insert(random.Next(garbled.Length), Noise[random.Next(Noise.Length)]).Remove(random.Next(garbled.Length), 1);
            }

            var reading = ConfigurationReader.Read(_folder.Write("garbled.yml", garbled.ToString()));
            Assert.Equal(reading.Configuration is null, reading.Errors.Count > 0);
            refused += reading.Errors.Count > 0 ? 1 : 0;
        }

        Assert.True(refused > 150);
    }

    /// <summary>An unknown key makes the reader list all keys of that place.</summary>
    private IEnumerable<string> KeysTheReaderNames(YamlMappingNode document, string path)
    {
        using var text = new StringWriter();
        new YamlStream(new YamlDocument(document)).Save(text, assignAnchors: false);
        var key = path.Length == 0 ? Stranger : $"{path}.{Stranger}";
        var error = Assert.Single(_folder.Errors(text.ToString()), error => error.Contains($": {key}: ", StringComparison.Ordinal));
        return error.Split("the keys here are ")[1].Split(", ").Order();
    }

    private static YamlMappingNode Load()
    {
        var stream = new YamlStream();
        stream.Load(File.OpenText(Path.Combine(Samples, "coordinator.yml")));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static IEnumerable<(string Path, YamlMappingNode Map)> MapsOf(YamlNode node, string path) => node switch
    {
        YamlMappingNode map => map.Children
            .Where(child => child.Key.ToString() != FreeMap)
            .SelectMany(child => MapsOf(child.Value, path.Length == 0 ? child.Key.ToString() : $"{path}.{child.Key}"))
            .Prepend((path, map)),
        YamlSequenceNode list => list.Children.SelectMany((child, index) => MapsOf(child, $"{path}[{index}]")),
        _ => [],
    };

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "FpingCluster.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
