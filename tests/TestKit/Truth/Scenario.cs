using FpingCluster.Shared.Targets;

namespace FpingCluster.TestKit.Truth;

/// <summary>One kind of target in the network with a known truth, and what an engine has to say of it.</summary>
/// <param name="Reason">What the result's reasons have to be; null: whatever follows from the truth (nothing).</param>
public sealed record Scenario(string Name, TargetRule Rule, Func<TargetAddress, string>? Reason = null)
{
    private const double RttMs = 3;

    private static readonly TargetAddress Router4 = TargetAddress.Parse("10.127.0.1"), Router6 = TargetAddress.Parse("fd66:1:0:0:f::1");

    /// <param name="ipv4">ICMP errors have other numbers in IPv6.</param>
    /// <param name="lateMs">More than the engine's timeout.</param>
    public static IReadOnlyList<Scenario> All(bool ipv4, double lateMs)
    {
        var router = ipv4 ? Router4 : Router6;
        var elsewhere = ipv4 ? TargetAddress.Parse("10.100.0.1") : TargetAddress.Parse("fd66:1:0:0:e::1");
        var (type, unreachable, prohibited) = ipv4 ? ((byte)3, (byte)1, (byte)13) : ((byte)1, (byte)3, (byte)1);
        var (exceededType, exceeded) = ipv4 ? ((byte)11, (byte)0) : ((byte)3, (byte)0);
        return
        [
            new("answers", TargetRule.Answers(RttMs)),
            new("answers at once", TargetRule.Answers()),
            new("loses the first and the last", TargetRule.Answers(RttMs).Losing(0, 4)),
            new("loses the third", TargetRule.Answers(RttMs).Losing(2)),
            new("is dead", TargetRule.Dead),
            new("answers twice", TargetRule.Answers(RttMs).Duplicating(1), _ => "duplicates 1"),
            new("answers three times more", TargetRule.Answers(RttMs).Duplicating(2, copies: 3), _ => "duplicates 3"),
            new("is late once", TargetRule.Answers(RttMs).Late(1, lateMs)),
            new("has a wrong id", TargetRule.Always(Answer.WrongId(RttMs))),
            new("has a wrong sequence number", TargetRule.Always(Answer.WrongSequence(afterMs: RttMs))),
            new("has a wrong token", TargetRule.Always(Answer.WrongToken(keptBytes: 4, RttMs))),
            new("answers and forges", TargetRule.Always(Answer.Reply(RttMs), Answer.WrongToken(keptBytes: 4, 1))),
            new("answers from elsewhere", TargetRule.Always(Answer.WrongSource(elsewhere, RttMs)), _ => $"wrong-source {elsewhere}"),
            new("cuts its answers short", TargetRule.Always(Answer.Truncated(keptBytes: 6, RttMs))),
            new("damages its answers", TargetRule.Always(Answer.Corrupted(RttMs))),
            new("is unreachable", TargetRule.Always(Answer.IcmpError(type, unreachable, router, afterMs: RttMs)), _ => $"host-unreachable from {router}"),
            new("is prohibited", TargetRule.Always(Answer.IcmpError(type, prohibited, router, quotedBytes: 8, RttMs)), _ => $"admin-prohibited from {router}"),
            new("is too far", TargetRule.Always(Answer.IcmpError(exceededType, exceeded, router, int.MaxValue, RttMs)), _ => $"ttl-exceeded from {router}"),
            new("answers in spite of an error", TargetRule.Always(Answer.Reply(RttMs), Answer.IcmpError(type, unreachable, router, afterMs: 1)), _ => $"host-unreachable from {router}"),
            new("is told of another's error", TargetRule.Always(Answer.Reply(RttMs), Answer.WrongQuote(type, unreachable, router, elsewhere, afterMs: 1))),
        ];
    }

    public string ReasonOf(TargetAddress address) => Reason?.Invoke(address) ?? "";
}
