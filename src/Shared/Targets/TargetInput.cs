using System.Text;

namespace FpingCluster.Shared.Targets;

/// <summary>One text with targets.</summary>
/// <param name="Source">Stands before the line number in every message.</param>
/// <param name="Open">Called once; an error of input and output becomes an error of the reading.</param>
public sealed record TargetInput(string Source, Func<Stream> Open)
{
    /// <summary>Targets of a command line, each read like a line of a file: the number in a message is that of the argument.</summary>
    public static TargetInput FromArguments(IEnumerable<string> arguments, string source = "argument")
    {
        var text = string.Join('\n', arguments.Select(argument => argument.ReplaceLineEndings(" ")));
        return new TargetInput(source, () => new MemoryStream(Encoding.UTF8.GetBytes(text)));
    }
}
