namespace FpingCluster.TestKit.Lab;

public sealed class LabException(string message) : Exception(message);
