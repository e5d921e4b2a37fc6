namespace FpingCluster.TestKit.Lab;

internal readonly record struct LabLine(bool IsError, string Text);
