namespace FpingCluster.TestKit.Truth;

/// <summary>
/// What a target sends back to each ping; pings are counted from 0, by target. The function runs on the network's own thread, once a ping: what it returns
/// should be made beforehand.
/// </summary>
public sealed record TargetRule(Func<int, IReadOnlyList<Answer>> AnswersTo)
{
    public static TargetRule Dead { get; } = Always();

    public static TargetRule Answers(double afterMs = 0) => Always(Answer.Reply(afterMs));

    public static TargetRule Always(params Answer[] answers) => new(_ => answers);

    /// <summary>This rule, but for some pings, which get no answer.</summary>
    public TargetRule Losing(params int[] pings) => new(ping => Array.IndexOf(pings, ping) >= 0 ? [] : AnswersTo(ping));

    /// <summary>This rule, but for one ping, whose reply comes so late.</summary>
    public TargetRule Late(int ping, double afterMs) => On(ping, Answer.Reply(afterMs));

    /// <summary>This rule, but for one ping, which gets these answers.</summary>
    public TargetRule On(int ping, params Answer[] answers) => new(number => number == ping ? answers : AnswersTo(number));

    /// <summary>This rule, and one ping's replies some more times.</summary>
    public TargetRule Duplicating(int ping, int copies = 1)
    {
        var replies = AnswersTo(ping).Where(answer => answer.Kind == AnswerKind.Reply).Select(reply => reply with { Kind = AnswerKind.Duplicate });
        return On(ping, [.. AnswersTo(ping), .. Enumerable.Repeat(replies, copies).SelectMany(copy => copy)]);
    }
}
