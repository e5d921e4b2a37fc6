using YamlDotNet.Core;

namespace FpingCluster.Coordinator.Jobs.Yaml;

/// <summary>Opens a YAML file whose top level is keys and values.</summary>
internal static class YamlFile
{
    /// <summary>Null when there is no such map; the errors say why.</summary>
    public static YamlMap? Open(string path, ConfigurationErrors errors)
    {
        if (ReadText(path, errors) is not { } text)
        {
            return null;
        }

        try
        {
            var root = YamlTreeReader.Read(new StringReader(text));
            if (root is YamlMapping mapping)
            {
                return new YamlMap(mapping, "", errors);
            }

            errors.Add(root?.Line ?? 0, "", root is null or YamlScalar { IsNull: true }
                ? "the file is empty; it needs at least 'jobs'"
                : "the file must hold keys and values, such as 'jobs:'");
        }
        catch (YamlException e)
        {
            var (line, message) = Explain(e, text);
            errors.Add(line, "", message);
        }

        return null;
    }

    private static string? ReadText(string path, ConfigurationErrors errors)
    {
        try
        {
            if (Directory.Exists(path))
            {
                errors.Add(0, "", "is a directory; name a file");
                return null;
            }

            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            errors.Add(0, "", "no such file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(0, "", $"cannot be read: {e.Message}");
        }

        return null;
    }

    private static (int Line, string Message) Explain(YamlException e, string text)
    {
        // YamlDotNet says where the text before a tab begins, which may be the first line.
        var tabbed = Array.FindIndex(text.Split('\n'), line => line.TakeWhile(char.IsWhiteSpace).Contains('\t'));
        return e.Message.Contains(" tab ", StringComparison.Ordinal) && tabbed >= 0
            ? (tabbed + 1, "not YAML: a tab in the indentation; use spaces")
            : ((int)e.Start.Line, $"not YAML at column {e.Start.Column}: {LowerFirst(e.Message)}");
    }

    private static string LowerFirst(string message) =>
        message.Length > 1 && char.IsLower(message[1]) ? char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.') : message.TrimEnd('.');
}
