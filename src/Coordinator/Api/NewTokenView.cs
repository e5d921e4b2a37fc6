namespace FpingCluster.Coordinator.Api;

/// <summary>The answer to who made a token, the only one ever that holds its text.</summary>
internal sealed record NewTokenView(string Text, TokenView Token);
