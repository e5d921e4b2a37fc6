using FpingCluster.Agent.Identity;
using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Agent.Session;

/// <summary>Opens sessions over gRPC, each on a connection of its own, so that nothing of a broken one is used again.</summary>
/// <param name="credentials">For https; null: http alone is dialled.</param>
internal sealed class GrpcSessionDialer(AgentCredentials? credentials = null) : ISessionDialer
{
    public async Task<ISessionStream> DialAsync(Uri coordinator, CancellationToken cancellationToken)
    {
        var tls = IsTls(coordinator) ? await credentials!.PrepareAsync(coordinator, cancellationToken) : null;
        var channel = CoordinatorChannel.Open(coordinator, tls);
        // The session outlives the dialling.
        return new GrpcSessionStream(channel, new AgentGateway.AgentGatewayClient(channel).Session(cancellationToken: CancellationToken.None));
    }

    public Task OutdatedAsync(Uri coordinator, CancellationToken cancellationToken) => IsTls(coordinator)
        ? credentials!.RenewWhenDueAsync(coordinator, cancellationToken)
        : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);

    public void BecomeAnother() => credentials?.Discard();

    private static bool IsTls(Uri coordinator) => coordinator.Scheme == Uri.UriSchemeHttps;
}
