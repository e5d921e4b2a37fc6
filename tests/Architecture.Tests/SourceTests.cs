using System.Text.RegularExpressions;
using FpingCluster.TestKit;

namespace FpingCluster.Architecture.Tests;

/// <summary>How the source files are laid out.</summary>
public sealed partial class SourceTests
{
    private static readonly string[] Ours = ["src", "tests", "protos", "compat", "deploy"];

    [Fact]
    public void Namespace_is_the_folder()
    {
        var faults = Code("src", "tests")
            .Select(file => (file.Path, Found: NamespaceLine().Match(file.Text).Groups[1].Value, Expected: NamespaceOf(file.Path)))
            .Where(file => file.Found.Length > 0 && file.Found != file.Expected)
            .Select(file => $"{file.Path} is in namespace {file.Found}; its folder says {file.Expected}");

        AssertNone(faults);
    }

    [Fact]
    public void File_holds_one_type_of_its_own_name()
    {
        var faults = new List<string>();
        foreach (var (path, text) in Code("src", "tests"))
        {
            var types = TopLevelType().Matches(text).Select(match => match.Groups[1].Value).ToList();
            // X.Log.cs and the like hold a part of X.
            var name = Path.GetFileName(path).Split('.')[0];
            if (types.Count > 1 || (types.Count == 1 && types[0] != name))
            {
                faults.Add($"{path} holds {string.Join(", ", types)}");
            }
        }

        AssertNone(faults);
    }

    [Theory]
    [InlineData("src", "*.cs", 300)]
    // A table of cases may be longer than what it tests.
    [InlineData("tests", "*.cs", 450)]
    [InlineData("src", "*.csproj", 20)]
    [InlineData("tests", "*.csproj", 20)]
    [InlineData("compat", "*.csproj", 20)]
    public void File_is_short(string folder, string pattern, int lines)
    {
        var faults = Files(folder, pattern)
            .Select(file => (file.Path, Lines: file.Text.Count(c => c == '\n')))
            .Where(file => file.Lines > lines)
            .Select(file => $"{file.Path} has {file.Lines} lines; {lines} are enough: split it by concern");

        AssertNone(faults);
    }

    [Fact]
    public void Nothing_is_left_to_be_done()
    {
        var faults = Ours.SelectMany(folder => Files(folder, "*"))
            .Select(file => (file.Path, Mark: UnfinishedMark().Match(file.Text)))
            .Where(file => file.Mark.Success)
            .Select(file => $"{file.Path}: {file.Mark.Value}");

        AssertNone(faults);
    }

    private static IEnumerable<(string Path, string Text)> Code(params string[] folders) => folders.SelectMany(folder => Files(folder, "*.cs"));

    private static List<(string Path, string Text)> Files(string folder, string pattern)
    {
        var files = Directory.EnumerateFiles(Repository.File(folder), pattern, SearchOption.AllDirectories)
            .Where(path => !path.Contains("__pycache__", StringComparison.Ordinal))
            .Select(path => (Path.GetRelativePath(Repository.Root, path), File.ReadAllText(path)))
            .ToList();
        Assert.NotEmpty(files);
        return files;
    }

    // "src/Agent/Engines/X.cs" -> FpingCluster.Agent.Engines; "tests/TestKit/X.cs" -> FpingCluster.TestKit.
    private static string NamespaceOf(string path) => string.Join('.', ["FpingCluster", .. path.Split('/')[1..^1]]);

    private static void AssertNone(IEnumerable<string> faults) => Assert.True(!faults.Any(), string.Join('\n', faults));

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|sealed|static|abstract|readonly|partial|ref|unsafe) )*" +
        @"(?:class|record class|record struct|record|struct|interface|enum|delegate [\w<>?]+) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    // Spelt so that this file is not found itself.
    [GeneratedRegex("\\b(?:TO" + "DO|FIX" + "ME|HA" + "CK|XX" + "X)\\b")]
    private static partial Regex UnfinishedMark();
}
