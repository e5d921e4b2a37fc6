using System.Text.Json.Serialization;

namespace FpingCluster.Agent.Diagnostics;

internal enum Verdict
{
    [JsonStringEnumMemberName("ok")]
    Ok,

    [JsonStringEnumMemberName("limits")]
    Limits,

    [JsonStringEnumMemberName("missing")]
    Missing,
}
