namespace FpingCluster.TestKit.Truth;

/// <summary>An answer made and not yet written.</summary>
internal readonly record struct PendingAnswer(TargetLog Target, int Ping, AnswerKind Kind, long RequestedNs, byte[] Packet, int Length);
