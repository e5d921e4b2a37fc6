using FpingCluster.Coordinator.Jobs;

namespace FpingCluster.Coordinator.Tests.Jobs.Yaml;

public sealed class YamlFileTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("---\n")]
    public void Empty_file_says_what_it_needs(string yaml)
    {
        Assert.EndsWith("the file is empty; it needs at least 'jobs'", Assert.Single(_folder.Errors(yaml)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("just words", "job.yml:1: the file must hold keys and values, such as 'jobs:'")]
    [InlineData("jobs:\n\t- name: iot\n", "job.yml:2: not YAML: a tab in the indentation; use spaces")]
    [InlineData("jobs:\n  - name: iot\n\t  every: 5s\n", "job.yml:3: not YAML: a tab in the indentation; use spaces")]
    [InlineData("jobs:\n  - name: [iot\nlimits: 5\n", "job.yml:3: not YAML at column 1: a '[' or '{' before here is not closed")]
    [InlineData("jobs: [1, 2\n", "job.yml:2: not YAML at column 1: while parsing a flow sequence, did not find expected ',' or ']'")]
    [InlineData("a: 1\n---\nb: 2\n", "job.yml:2: not YAML at column 1: a second document begins here; a configuration is one document")]
    [InlineData("a: *nobody\n", "job.yml:1: not YAML at column 4: the alias *nobody has no anchor before it")]
    [InlineData("? [a, b]\n: 1\n", "job.yml:1: not YAML at column 3: a key must be a plain word")]
    public void Bad_syntax_is_reported_with_line_and_column(string yaml, string expected)
    {
        Assert.Equal(expected, Assert.Single(_folder.Errors(yaml)));
    }

    [Fact]
    public void Bottomless_nesting_is_refused()
    {
        var error = Assert.Single(_folder.Errors("jobs: " + new string('[', 100_000)));

        Assert.Contains("nested deeper than 32 levels", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Duplicate_keys_are_all_reported()
    {
        var errors = _folder.Errors("""
            jobs:
              - name: iot
                targets: { file: targets.csv }
                name: other
            limits: { rate: 5 }
            limits: { rate: 6 }
            """);

        Assert.Equal(
            [
                "job.yml:4: jobs[0].name: 'name' is there twice, first on line 2; remove one",
                "job.yml:6: limits: 'limits' is there twice, first on line 5; remove one",
            ],
            errors);
    }

    [Fact]
    public void Anchor_stands_for_its_value()
    {
        var configuration = _folder.Read("""
            jobs:
              - { name: one, targets: &list { file: targets.csv } }
              - { name: two, targets: *list }
            """);

        Assert.Equal(configuration.Jobs[0].TargetFile, configuration.Jobs[1].TargetFile);
    }

    [Fact]
    public void File_that_cannot_be_read_is_named()
    {
        var missing = Assert.Single(ConfigurationReader.Read(_folder["nowhere.yml"]).Errors);
        var directory = Assert.Single(ConfigurationReader.Read(_folder["."]).Errors);

        Assert.Equal($"{_folder["nowhere.yml"]}: no such file", missing.ToString());
        Assert.Equal($"{_folder["."]}: is a directory; name a file", directory.ToString());
    }
}
