namespace FpingCluster.Shared.Targets;

/// <summary>One label of all targets; equal values are kept once.</summary>
internal sealed class LabelColumn(string name, string[] values, int[] valueOfRow)
{
    public string Name => name;

    public string this[int row] => values[valueOfRow[row]];
}
