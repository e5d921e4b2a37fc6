using System.Net;
using System.Text.Json;
using FpingCluster.Coordinator.Security;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Tests.Security;

public sealed class AuditLogTests : IDisposable
{
    private static readonly IPAddress Somebody = IPAddress.Parse("192.0.2.1");

    private readonly WorkFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger<AuditLog> _logger = new();

    private string LogFile => _folder.PathOf("security/audit.ndjson");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Act_is_a_line_of_JSON()
    {
        using var log = Open();

        log.Write(Act("drain a1"));

        Assert.Equal(
            """{"time":"2026-01-02T03:04:05+00:00","who":{"kind":"token","id":"abcdefgh","name":"alice"},"from":"192.0.2.7","what":"agent.drain","on":"drain a1","outcome":"done"}""" + "\n",
            File.ReadAllText(LogFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(LogFile));
    }

    [Fact]
    public void Newest_lines_come_first_and_no_more_than_asked_for()
    {
        using (var log = Open())
        {
            log.Write(Act("1"));
        }

        using var again = Open();
        again.Write(Act("2"));
        again.Write(Act("3"));

        Assert.Equal(["3", "2"], again.Read(2).Select(entry => entry.On));
        Assert.Equal(["3", "2", "1"], again.Read(10).Select(entry => entry.On));
        Assert.Equal(Act("3") with { Time = _time.GetUtcNow() }, again.Read(1).Single());
    }

    [Theory]
    [InlineData("a\n{\"time\":\"2026-01-01T00:00:00Z\",\"what\":\"forged\"}")]
    [InlineData("a\r\nforged")]
    [InlineData("a\u2028forged\u202E")]
    public void Name_cannot_forge_a_line(string name)
    {
        using var log = Open();

        log.Write(Act(name) with { Who = AuditActor.Agent("id", name), Why = name });

        Assert.Single(File.ReadAllLines(LogFile));
        var entry = JsonDocument.Parse(File.ReadAllText(LogFile)).RootElement;
        Assert.Equal("agent.drain", entry.GetProperty("what").GetString());
        Assert.All(
            [entry.GetProperty("on"), entry.GetProperty("why"), entry.GetProperty("who").GetProperty("name")],
            text => Assert.DoesNotContain(text.GetString()!, c => char.IsControl(c) || c is '\u2028' or '\u202E'));
    }

    [Fact]
    public void Long_text_is_cut()
    {
        using var log = Open();

        log.Write(Act(new string('x', 100_000)));

        Assert.InRange(new FileInfo(LogFile).Length, 500, 1_000);
    }

    [Fact]
    public void Files_are_rotated_and_the_last_four_are_kept()
    {
        using var log = Open(maxBytes: 1_000);
        for (var i = 0; i < 60; i++)
        {
            log.Write(Act($"{i}"));
        }

        var files = Directory.GetFiles(_folder.PathOf("security"), "audit*");
        Assert.Equal(5, files.Length);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 1_000));
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        var kept = log.Read(1_000).Select(entry => entry.On!).ToList();
        Assert.Equal(Enumerable.Range(60 - kept.Count, kept.Count).Reverse().Select(i => $"{i}"), kept);
        Assert.InRange(kept.Count, 20, 40);
    }

    [Fact]
    public void Half_a_line_of_a_crash_stays_alone()
    {
        using (var log = Open())
        {
            log.Write(Act("1"));
        }

        File.AppendAllText(LogFile, "{\"time\":\"2026-0");
        using var again = Open();
        again.Write(Act("2"));

        Assert.Equal(["2", "1"], again.Read(10).Select(entry => entry.On));
    }

    [Fact]
    public void Full_disk_refuses_the_act_and_leaves_no_half_line()
    {
        using var disk = new Tmpfs("size=64k");
        using var log = AuditLog.Open(SecurityFolder.Open(disk.Path), _time, _logger);
        log.Write(Act("1"));
        disk.Fill();
        var error = Assert.Throws<AuditException>(() =>
        {
            // What is left of the last block may still take some.
            for (var i = 0; i < 100; i++)
            {
                log.Write(Act(new string('x', 400)));
            }
        });
        Assert.Contains("nothing is done that cannot be recorded", error.Message, StringComparison.Ordinal);
        log.Refuse(Somebody, Refusal());
        Assert.Contains(_logger.Entries, entry => entry.Level == LogLevel.Error && entry.Message.StartsWith("Refusals are not recorded: ", StringComparison.Ordinal));
        disk.MakeRoom();
        log.Write(Act("2"));

        Assert.Equal("2", log.Read(1).Single().On);
        Assert.All(File.ReadAllLines(Path.Combine(disk.Path, "security/audit.ndjson")), line => JsonDocument.Parse(line).Dispose());
    }

    [Fact]
    public void Refusals_of_one_address_get_ten_lines_a_minute_and_then_a_count()
    {
        using var log = Open();
        for (var i = 0; i < 1_000; i++)
        {
            log.Refuse(Somebody, Refusal());
        }

        log.Refuse(IPAddress.Parse("192.0.2.2"), Refusal());
        Assert.Equal(11, log.Read(2_000).Count);

        _time.Advance(TimeSpan.FromMinutes(1));
        var last = log.Read(1).Single();
        Assert.Equal(("login.refused", "192.0.2.1", 990, AuditOutcome.Refused), (last.What, last.From, last.Count, last.Outcome));
        Assert.Equal(12, log.Read(2_000).Count);
        log.Refuse(Somebody, Refusal());
        Assert.Equal("192.0.2.1", log.Read(1).Single().From);
        Assert.Null(log.Read(1).Single().Count);
    }

    [Fact]
    public void Refusals_of_many_addresses_are_bounded_too()
    {
        using var log = Open();
        for (var i = 0; i < 20_000; i++)
        {
            log.Refuse(new IPAddress([10, 1, (byte)(i >> 8), (byte)i]), Refusal());
        }

        _time.Advance(TimeSpan.FromMinutes(1));

        var lines = log.Read(30_000);
        Assert.InRange(lines.Count, RefusalCounter.Lines, RefusalCounter.Lines + 20);
        Assert.Equal(20_000, lines.Sum(line => line.Count ?? 1));
    }

    [Fact]
    public void Addresses_of_one_IPv6_network_are_one()
    {
        using var log = Open();
        for (var i = 0; i < 100; i++)
        {
            log.Refuse(IPAddress.Parse($"2001:db8::{i:x}"), Refusal());
        }

        Assert.Equal(RefusalCounter.LinesOfAddress, log.Read(1_000).Count);
        log.Dispose();

        using var again = Open();
        Assert.Equal(("2001:db8::/64", 90), (again.Read(1).Single().From, again.Read(1).Single().Count));
    }

    private static AuditEntry Act(string on) => new() { Who = AuditActor.Token("abcdefgh", "alice"), From = "192.0.2.7", What = "agent.drain", On = on };

    private static AuditEntry Refusal() => new() { Who = AuditActor.Anonymous, What = "login.refused", Why = "the token is not valid" };

    private AuditLog Open(long maxBytes = AuditFile.MaxBytes) => AuditLog.Open(SecurityFolder.Open(_folder.Root), _time, _logger, maxBytes);
}
