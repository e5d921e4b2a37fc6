namespace FpingCluster.Shared.Results;

/// <summary>Words for ICMP errors (RFC 792, 1122, 1812, 4443). What means the same in both families has the same word.</summary>
internal static class IcmpErrors
{
    public static string Word(bool ipv4, int type, int code) => (ipv4 ? IPv4(type, code) : IPv6(type, code)) ?? $"icmp {type}/{code}";

    private static string? IPv4(int type, int code) => (type, code) switch
    {
        (3, 0) => "net-unreachable",
        (3, 1) => "host-unreachable",
        (3, 2) => "protocol-unreachable",
        (3, 3) => "port-unreachable",
        (3, 4) => "packet-too-big",
        (3, 5) => "source-route-failed",
        (3, 6) => "net-unknown",
        (3, 7) => "host-unknown",
        (3, 8) => "source-host-isolated",
        (3, 9) => "net-prohibited",
        (3, 10) => "host-prohibited",
        (3, 11) => "net-unreachable-for-tos",
        (3, 12) => "host-unreachable-for-tos",
        (3, 13) => "admin-prohibited",
        (3, 14) => "precedence-violation",
        (3, 15) => "precedence-cutoff",
        (4, _) => "source-quench",
        (5, _) => "redirect",
        (11, 0) => "ttl-exceeded",
        (11, 1) => "reassembly-timeout",
        (12, _) => "parameter-problem",
        _ => null,
    };

    private static string? IPv6(int type, int code) => (type, code) switch
    {
        (1, 0) => "net-unreachable",
        (1, 1) => "admin-prohibited",
        (1, 2) => "beyond-scope",
        (1, 3) => "host-unreachable",
        (1, 4) => "port-unreachable",
        (1, 5) => "source-policy-failed",
        (1, 6) => "route-rejected",
        (2, _) => "packet-too-big",
        (3, 0) => "ttl-exceeded",
        (3, 1) => "reassembly-timeout",
        (4, _) => "parameter-problem",
        (137, _) => "redirect",
        _ => null,
    };
}
