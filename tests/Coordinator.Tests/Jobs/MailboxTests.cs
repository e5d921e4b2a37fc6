using FpingCluster.Coordinator.Jobs;

namespace FpingCluster.Coordinator.Tests.Jobs;

public sealed class MailboxTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Mailbox _mailbox = new();

    [Fact]
    public async Task What_is_posted_runs_in_order_until_the_stop()
    {
        var ran = new List<int>();
        for (var i = 0; i < 100; i++)
        {
            var number = i;
            _mailbox.Post(() => ran.Add(number));
        }

        _mailbox.Stop();
        _mailbox.Post(() => ran.Add(-1));
        await _mailbox.RunAsync().WaitAsync(Patience);

        Assert.Equal(Enumerable.Range(0, 100), ran);
    }

    [Fact]
    public async Task A_defect_ends_it_and_those_who_wait_are_told()
    {
        var after = false;
        _mailbox.Post(() => throw new InvalidOperationException("defect"));
        _mailbox.Post(() => after = true);

        await Assert.ThrowsAsync<InvalidOperationException>(() => _mailbox.RunAsync().WaitAsync(Patience));

        Assert.False(after);
    }
}
