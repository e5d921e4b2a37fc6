using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Security;

/// <summary>The audit log takes nothing: what would have been recorded there is not done.</summary>
internal sealed class AuditException(string path, Exception cause) : UserErrorException(
    $"cannot write the audit log {path}: {cause.Message.TrimEnd('.')}; nothing is done that cannot be recorded: free some space (df -h {Path.GetDirectoryName(path)}) or make it writable",
    cause);
