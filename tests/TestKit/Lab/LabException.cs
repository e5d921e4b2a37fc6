namespace FpingCluster.TestKit.Lab;

public sealed class LabException(string message, Exception? innerException = null) : Exception(message, innerException);
