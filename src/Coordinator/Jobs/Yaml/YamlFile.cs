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
            var line = (int)e.Start.Line;
            errors.Add(line, "", $"not YAML at column {e.Start.Column}: {Explain(e, text, line)}");
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

    private static string Explain(YamlException e, string text, int line)
    {
        var source = text.Split('\n').ElementAtOrDefault(line - 1) ?? "";
        var indentation = source[..^source.TrimStart().Length];
        return indentation.Contains('\t') ? "a tab in the indentation; use spaces" : LowerFirst((e.InnerException ?? e).Message);
    }

    private static string LowerFirst(string message) =>
        message.Length > 1 && char.IsLower(message[1]) ? char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.') : message.TrimEnd('.');
}
