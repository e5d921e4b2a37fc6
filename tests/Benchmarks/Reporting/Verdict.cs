namespace FpingCluster.Benchmarks.Reporting;

internal static class Verdict
{
    public const string Fail = "FAIL";

    private const string Pass = "PASS";

    /// <param name="bound">The requirement, for example "≥ 2 ×".</param>
    public static string Of(bool holds, string bound) => $"{(holds ? Pass : Fail)} {bound}";
}
