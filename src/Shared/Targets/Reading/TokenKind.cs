namespace FpingCluster.Shared.Targets.Reading;

internal enum TokenKind
{
    Addresses,
    HostName,
    Junk,
}
