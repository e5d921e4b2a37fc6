namespace FpingCluster.Coordinator.Hosting;

/// <summary>What the user calls the settings of a host, for messages that ask for others: keys of a file, or options.</summary>
internal sealed record SettingNames(string Grpc, string Http, string DataDir)
{
    public static SettingNames Keys { get; } = new("listen.grpc", "listen.http", "data_dir");

    /// <summary>A one-shot run has no API.</summary>
    public static SettingNames Options { get; } = new("--listen", "", "--data-dir");
}
