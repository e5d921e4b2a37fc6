using FpingCluster.Coordinator.Security;
using Grpc.Core;

namespace FpingCluster.Coordinator.Sessions;

internal static class Refusals
{
    public static RpcException ToStatus(AgentRefusedException refusal) => new(new Status(
        refusal.Refusal switch
        {
            AgentRefusal.Unproven => StatusCode.Unauthenticated,
            AgentRefusal.Forbidden => StatusCode.PermissionDenied,
            _ => StatusCode.InvalidArgument,
        },
        refusal.Message));
}
