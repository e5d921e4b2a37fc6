namespace FpingCluster.Shared.Targets.Reading;

/// <summary>Resolves many host names, some at a time, each within a time limit.</summary>
internal sealed class NameResolution(INameResolver resolver, TimeProvider time)
{
    public const int Parallelism = 32;

    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The answers in the order of the names.</summary>
    public async Task<NameAnswer[]> ResolveAllAsync(IReadOnlyList<string> hostNames, CancellationToken cancellation)
    {
        var answers = new NameAnswer[hostNames.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellation };
        await Parallel.ForAsync(
            0, answers.Length, options, async (index, token) => answers[index] = await ResolveAsync(hostNames[index], token));
        return answers;
    }

    /// <summary>One address of the answer: IPv4 where there is one, for that is what most hosts answer on.</summary>
    public static bool TryChoose(NameAnswer answer, out TargetAddress address, out string error)
    {
        (address, error) = (default, answer.Error);
        if (answer.Addresses.Count == 0)
        {
            return false;
        }

        address = answer.Addresses.OrderByDescending(candidate => candidate.IsIPv4).First();
        if (!NeverPinged.TryFind(new AddressRange(address, address), out _, out var kind))
        {
            return true;
        }

        error = $"it resolves to {address}, {kind}, which is never pinged";
        return false;
    }

    private async Task<NameAnswer> ResolveAsync(string hostName, CancellationToken cancellation)
    {
        using var expiry = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, expiry.Token);
        try
        {
            // WaitAsync as well, for a resolver may be deaf while the system's library looks for a name server.
            return await resolver.ResolveAsync(hostName, either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new NameAnswer([], $"no answer within {Timeout.TotalSeconds:0} s");
        }
    }
}
