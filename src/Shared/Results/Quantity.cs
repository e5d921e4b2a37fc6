namespace FpingCluster.Shared.Results;

/// <summary>A number of things as people read it: "1 ping", "3,000 pings".</summary>
public static class Quantity
{
    /// <param name="one">The word for one of them, whose plural takes an s.</param>
    public static string Of(long number, string one) => $"{number:N0} {one}{(number == 1 ? "" : "s")}";
}
