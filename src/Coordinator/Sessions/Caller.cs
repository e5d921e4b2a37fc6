using System.Net;
using FpingCluster.Coordinator.Security;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;

namespace FpingCluster.Coordinator.Sessions;

/// <summary>Who is at the other end of a call, as far as its connection tells.</summary>
internal sealed record Caller(bool IsTls, ShownCertificate? Certificate, IPAddress? Address)
{
    public static Caller Of(ServerCallContext call)
    {
        var http = call.GetHttpContext();
        return new Caller(
            http.Features.Get<ITlsHandshakeFeature>() is not null, http.Features.Get<ShownCertificate>(), http.Connection.RemoteIpAddress);
    }
}
