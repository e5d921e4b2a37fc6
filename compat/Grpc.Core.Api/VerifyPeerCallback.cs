namespace Grpc.Core;

/// <summary>Answers whether the peer's certificate is accepted, after the transport's own verification.</summary>
public delegate bool VerifyPeerCallback(VerifyPeerContext context);
