namespace FpingCluster.Coordinator.Jobs;

/// <summary>One mistake in a configuration file. <paramref name="Line"/> is 0 and <paramref name="Key"/> empty where the file as a whole is meant.</summary>
internal sealed record ConfigurationError(string File, int Line, string Key, string Message)
{
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}" : File;
        return Key.Length > 0 ? $"{place}: {Key}: {Message}" : $"{place}: {Message}";
    }
}
