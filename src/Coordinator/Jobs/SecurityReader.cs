using System.Net;
using FpingCluster.Coordinator.Jobs.Yaml;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Jobs;

internal static class SecurityReader
{
    private static readonly TimeSpan MinLifetime = TimeSpan.FromMinutes(5), MaxLifetime = TimeSpan.FromDays(365);
    private static readonly TimeSpan MinTtl = TimeSpan.FromMinutes(1), MaxTtl = TimeSpan.FromDays(365);

    public static SecuritySettings Read(YamlMap map, string folder)
    {
        var settings = new SecuritySettings
        {
            Names = [.. map.Values<HostName>("names", "a host name or an address, such as ping.example.com or 10.0.0.5", HostName.TryParse).Select(name => name.Text)],
            Tls = map.Map("tls") is { } tls ? ReadTls(tls, folder) : null,
            JoinToken = map.Map("join_token") is { } token ? ReadJoinToken(token, folder) : null,
            Anonymous = ReadAnonymous(map),
        };
        if (map.Map("agents") is { } agents)
        {
            settings = settings with
            {
                AgentsCa = agents.FilePath("ca", folder),
                AgentLifetime = Within(agents, "lifetime", MinLifetime, MaxLifetime) ?? settings.AgentLifetime,
            };
            agents.RejectUnknownKeys();
        }

        map.RejectUnknownKeys();
        return settings;
    }

    private static TlsFiles? ReadTls(YamlMap map, string folder)
    {
        map.Require("certificate", "name the PEM file with the certificate and those that lead to its CA");
        map.Require("key", "name the PEM file with the certificate's key");
        var (certificate, key) = (map.FilePath("certificate", folder), map.FilePath("key", folder));
        map.RejectUnknownKeys();
        return certificate is null || key is null ? null : new TlsFiles(certificate, key);
    }

    private static JoinTokenSettings? ReadJoinToken(YamlMap map, string folder)
    {
        map.Require("file", "name the file in which a valid join token is to be kept");
        var file = map.FilePath("file", folder);
        if (file is not null && !Directory.Exists(Path.GetDirectoryName(file)))
        {
            map.Error("file", $"the folder of {file} does not exist; create it or name another file");
        }

        var ttl = Within(map, "ttl", MinTtl, MaxTtl) ?? JoinTokenSettings.DefaultTtl;
        var uses = map.WholeNumber("uses", 1) ?? JoinTokenSettings.DefaultUses;
        map.RejectUnknownKeys();
        return file is null ? null : new JoinTokenSettings(file, ttl, uses);
    }

    private static TokenRole? ReadAnonymous(YamlMap map)
    {
        switch (map.Text("anonymous"))
        {
            case null or "none":
                return null;
            case "viewer":
                return TokenRole.Viewer;
            case "operator":
                return TokenRole.Operator;
            case { } other:
                map.Error("anonymous", $"anonymous must be one of none, viewer, operator, not '{other}'");
                return null;
        }
    }

    private static TimeSpan? Within(YamlMap map, string key, TimeSpan min, TimeSpan max)
    {
        if (map.Duration(key) is not { } duration)
        {
            return null;
        }

        if (duration >= min && duration <= max)
        {
            return duration;
        }

        map.Error(key, $"{key} is {Durations.Format(duration)}; it must be {Durations.Format(min)} to {Durations.Format(max)}");
        return null;
    }

    private readonly record struct HostName(string Text)
    {
        public static bool TryParse(string text, out HostName name)
        {
            name = new HostName(text);
            return IPAddress.TryParse(text, out _) || Uri.CheckHostName(text) == UriHostNameType.Dns;
        }
    }
}
