using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Storage;

/// <summary>The store cannot do what it was asked; the message names the file, the cause and the remedy.</summary>
internal sealed class StoreException(string message, Exception? innerException = null) : UserErrorException(message, innerException);
