using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit;

namespace FpingCluster.Shared.Tests.Hosting;

public sealed class ProgressDisplayTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _error = new();
    private ProgressSnapshot _now = new(1000, 0, 0, 0, 0, 0);

    public void Dispose() => _error.Dispose();

    [Fact]
    public async Task Short_work_shows_nothing()
    {
        await using (Start(redraws: true))
        {
            _time.Advance(TimeSpan.FromSeconds(1.9));
        }

        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public async Task Log_gets_a_line_every_five_seconds_and_the_last_state()
    {
        await using (Start(redraws: false))
        {
            _now = new ProgressSnapshot(1000, 200, 190, 8, 2, 4000);
            await AdvanceUntilLinesAsync(1, TimeSpan.FromSeconds(2));
            _now = new ProgressSnapshot(1000, 700, 690, 8, 2, 14_000);
            await AdvanceUntilLinesAsync(2, TimeSpan.FromSeconds(5));
            _now = new ProgressSnapshot(1000, 1000, 990, 8, 2, 20_000);
            _time.Advance(TimeSpan.FromSeconds(3));
        }

        Assert.Equal(
            """
            200/1,000 targets (20 %) · 2,000 pings/s · 190 up, 8 down, 2 unknown · 0:08 left
            700/1,000 targets (70 %) · 2,000 pings/s · 690 up, 8 down, 2 unknown · 0:03 left
            1,000/1,000 targets (100 %) · 2,000 pings/s · 990 up, 8 down, 2 unknown · took 0:10

            """,
            _error.ToString());
    }

    [Fact]
    public async Task Rate_leaves_out_what_was_there_at_the_start()
    {
        _now = new ProgressSnapshot(1000, 600, 600, 0, 0, 60_000);
        await using (Start(redraws: false))
        {
            _now = new ProgressSnapshot(1000, 700, 700, 0, 0, 61_000);
            await AdvanceUntilLinesAsync(1, TimeSpan.FromSeconds(2));
        }

        Assert.StartsWith("700/1,000 targets (70 %) · 500 pings/s · 700 up, 0 down, 0 unknown · 0:06 left\n", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminal_line_is_drawn_over_and_ended_at_last()
    {
        await using (Start(redraws: true))
        {
            _now = new ProgressSnapshot(1000, 500, 500, 0, 0, 100);
            _time.Advance(TimeSpan.FromSeconds(2));
            await WaitUntilAsync(() => _error.ToString().Length > 0);
        }

        Assert.Matches(@"^\r\[############\.{12}\] 500/1,000 targets .*\e\[K\r.*\e\[K\n$", _error.ToString());
    }

    [Fact]
    public async Task What_follows_the_probing_is_named()
    {
        await using (Start(redraws: true))
        {
            _now = new ProgressSnapshot(1000, 1000, 1000, 0, 0, 100, "writing results.csv");
            _time.Advance(TimeSpan.FromSeconds(2));
            await WaitUntilAsync(() => _error.ToString().Length > 0);
        }

        Assert.Contains("0 unknown · writing results.csv", _error.ToString());
    }

    [Fact]
    public async Task What_is_over_took_its_own_time()
    {
        await using (Start(redraws: false))
        {
            _now = new ProgressSnapshot(1000, 1000, 1000, 0, 0, 2000, Took: TimeSpan.FromSeconds(1));
            await AdvanceUntilLinesAsync(1, TimeSpan.FromSeconds(2));
        }

        Assert.StartsWith("1,000/1,000 targets (100 %) · 2,000 pings/s · 1,000 up, 0 down, 0 unknown · took 0:01\n", _error.ToString());
    }

    [Fact]
    public async Task Nothing_is_said_of_what_is_left_before_a_twentieth_is_done()
    {
        await using (Start(redraws: false))
        {
            _now = new ProgressSnapshot(1000, 49, 49, 0, 0, 49);
            await AdvanceUntilLinesAsync(1, TimeSpan.FromSeconds(2));
        }

        Assert.DoesNotContain("left", _error.ToString());
    }

    [Fact]
    public async Task What_is_left_follows_from_the_last_seconds_and_not_from_a_slow_begin()
    {
        await using (Start(redraws: false))
        {
            await AdvanceUntilLinesAsync(1, TimeSpan.FromSeconds(2));
            for (var line = 2; line <= 20; line++)
            {
                await AdvanceUntilLinesAsync(line, TimeSpan.FromSeconds(5));
            }

            for (var line = 21; line <= 23; line++)
            {
                _now = _now with { Done = _now.Done + 100, PingsSent = _now.PingsSent + 500 };
                await AdvanceUntilLinesAsync(line, TimeSpan.FromSeconds(5));
            }
        }

        Assert.Contains("300/1,000 targets (30 %) · 100 pings/s · 0 up, 0 down, 0 unknown · 0:35 left\n", _error.ToString());
    }

    [Fact]
    public async Task Next_round_has_no_negative_rate()
    {
        await using (Start(redraws: false))
        {
            _now = new ProgressSnapshot(1000, 1000, 1000, 0, 0, 2000, Took: TimeSpan.FromSeconds(2));
            await AdvanceUntilLinesAsync(1, TimeSpan.FromSeconds(2));
            _now = new ProgressSnapshot(1000, 100, 100, 0, 0, 200);
            await AdvanceUntilLinesAsync(2, TimeSpan.FromSeconds(5));
        }

        Assert.DoesNotContain("-", _error.ToString());
    }

    private ProgressDisplay Start(bool redraws) => ProgressDisplay.Start(() => _now, _error, redraws, _time);

    private async Task AdvanceUntilLinesAsync(int lines, TimeSpan by)
    {
        _time.Advance(by);
        await WaitUntilAsync(() => _error.ToString().Count(c => c == '\n') == lines);
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
