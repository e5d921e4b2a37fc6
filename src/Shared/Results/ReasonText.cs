using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Results;

/// <summary>Reasons in words, as every output shows them: equal ones once, several joined by "; ".</summary>
public static class ReasonText
{
    /// <param name="target">Its family decides what an ICMP type and code mean.</param>
    public static string Of(TargetAddress target, IReadOnlyList<TargetReason> reasons) => reasons.Count switch
    {
        0 => "",
        1 => Word(target, reasons[0], reasons[0].Detail),
        _ => Join(target, reasons),
    };

    // Apart, because its closure would be allocated for the many rows with one reason or none too.
    private static string Join(TargetAddress target, IReadOnlyList<TargetReason> reasons)
    {
        var duplicates = reasons.Sum(reason => reason.Kind == ReasonKind.Duplicate ? reason.Detail : 0);
        return string.Join("; ", reasons.Select(reason => Word(target, reason, duplicates)).Where(text => text.Length > 0).Distinct());
    }

    private static string Word(TargetAddress target, TargetReason reason, int duplicates) => reason.Kind switch
    {
        ReasonKind.Icmp => From(IcmpErrors.Word(target.IsIPv4, reason.Detail / 256, reason.Detail % 256), reason.Source),
        ReasonKind.SendError => $"send-error {Errno.Word(reason.Detail)}",
        ReasonKind.Duplicate => $"duplicates {duplicates}",
        ReasonKind.WrongSource => reason.Source is { } source ? $"wrong-source {source}" : "wrong-source",
        ReasonKind.LocalDrop => "local-drop",
        ReasonKind.EngineFailed => "engine-failed",
        ReasonKind.NameNotResolved => "name-not-resolved",
        ReasonKind.NotProbed => "not-probed",
        ReasonKind.ExcludedByAgent => "excluded-by-agent",
        _ => "",
    };

    private static string From(string word, TargetAddress? source) => source is { } address ? $"{word} from {address}" : word;
}
