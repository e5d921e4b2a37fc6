using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Sessions;

/// <summary>Gives agents their certificates.</summary>
internal sealed partial class AgentEnrolmentService(Security.AgentEnrolment enrolment, ILogger<AgentEnrolmentService> logger) : Shared.Protocol.V1.AgentEnrolment.AgentEnrolmentBase
{
    /// <summary>Of a request: a token, a name and a signing request take less than a tenth.</summary>
    public const int MaxRequestBytes = 16 << 10;

    private const int AgentIdBytes = 16;

    public override Task<AuthorityReply> Authority(AuthorityRequest request, ServerCallContext context) =>
        Answer(context, _ => new AuthorityReply { CaCertificate = OwnCertificate() });

    public override Task<EnrolReply> Enrol(EnrolRequest request, ServerCallContext context) => Answer(context, caller =>
    {
        if (request.AgentId.Length != AgentIdBytes)
        {
            throw new AgentRefusedException(AgentRefusal.Senseless, $"an agent id has {AgentIdBytes} bytes, not {request.AgentId.Length}");
        }

        var id = new AgentId(new Guid(request.AgentId.Span, bigEndian: true));
        using var certificate = enrolment.Enrol(request.JoinToken, id, request.Name, request.SigningRequest.ToByteArray(), caller.Address);
        Log.Enrolled(logger, request.Name, id, context.Peer);
        return Reply(certificate.RawData);
    });

    public override Task<EnrolReply> Renew(RenewRequest request, ServerCallContext context) => Answer(context, caller =>
    {
        using var certificate = enrolment.Renew(caller.Certificate, request.SigningRequest.ToByteArray(), caller.Address);
        return Reply(certificate.RawData);
    });

    private async Task<T> Answer<T>(ServerCallContext context, Func<Caller, T> answer)
    {
        var caller = Caller.Of(context);
        if (!caller.IsTls)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "certificates are given over https alone; write the coordinator's address with https"));
        }

        await enrolment.Turn.WaitAsync(context.CancellationToken);
        try
        {
            return answer(caller);
        }
        catch (AgentRefusedException refusal)
        {
            Log.Refused(logger, context.Peer, refusal.Message);
            throw Refusals.ToStatus(refusal);
        }
        catch (UserErrorException exception)
        {
            // The coordinator's own trouble, such as a full disk: it passes.
            Log.NotIssued(logger, context.Peer, exception.Message);
            throw new RpcException(new Status(StatusCode.Unavailable, "the coordinator cannot write down that it issues a certificate"));
        }
        finally
        {
            enrolment.Turn.Release();
        }
    }

    private EnrolReply Reply(byte[] certificate) => new() { Certificate = ByteString.CopyFrom(certificate), CaCertificate = OwnCertificate() };

    private ByteString OwnCertificate() => ByteString.CopyFrom(enrolment.Authority.RawData);
}
