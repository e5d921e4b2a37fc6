using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Security;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Security;

/// <summary>
/// Who did what: a line of JSON each, on the disk before the act takes effect. Refusals are lines too, but nobody waits for those, and of many from one
/// address within a minute most are only counted.
/// </summary>
internal sealed partial class AuditLog : IDisposable
{
    private const int MaxText = 500;

    private static readonly TimeSpan RefusalPeriod = TimeSpan.FromMinutes(1);

    // Escapes all that is not ASCII, so a line is a line for every reader.
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    private readonly Lock _gate = new();
    private readonly AuditFile _file;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditLog> _logger;
    private readonly RefusalCounter _refusals = new();
    private ITimer? _minute;

    private AuditLog(AuditFile file, TimeProvider time, ILogger<AuditLog> logger) => (_file, _time, _logger) = (file, time, logger);

    /// <param name="maxBytes">Of a file; the next begins when it would be longer.</param>
    /// <exception cref="UserErrorException">It cannot be opened.</exception>
    public static AuditLog Open(SecurityFolder folder, TimeProvider time, ILogger<AuditLog> logger, long maxBytes = AuditFile.MaxBytes) =>
        new(AuditFile.Open(folder, maxBytes), time, logger);

    /// <exception cref="AuditException">It is not recorded, so it must not be done.</exception>
    public void Write(AuditEntry entry)
    {
        lock (_gate)
        {
            _file.Append(LineOf(entry), durable: true);
        }
    }

    /// <summary>Records an act and does it; if it fails, that is recorded as well.</summary>
    /// <exception cref="AuditException">It is not recorded, and not done.</exception>
    public void Write(AuditEntry entry, Action act)
    {
        Write(entry);
        try
        {
            act();
        }
        catch (UserErrorException exception)
        {
            Write(entry with { Outcome = AuditOutcome.Failed, Why = exception.Message });
            throw;
        }
    }

    /// <summary>Records that somebody was turned away, or counts it; never an exception.</summary>
    public void Refuse(IPAddress? from, AuditEntry entry)
    {
        lock (_gate)
        {
            _minute ??= _time.CreateTimer(_ => EndMinute(), null, RefusalPeriod, Timeout.InfiniteTimeSpan);
            if (_refusals.Add(from))
            {
                TryAppend_NeedsLock(entry with { From = from?.ToString(), Outcome = AuditOutcome.Refused });
            }
        }
    }

    /// <summary>The newest first.</summary>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public IReadOnlyList<AuditEntry> Read(int limit)
    {
        lock (_gate)
        {
            return [.. _file.ReadNewest(limit, Parse)];
        }
    }

    public void Dispose()
    {
        EndMinute();
        _file.Dispose();
    }

    // Half a line, as a crash may leave it, is none.
    private static AuditEntry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditEntry>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void EndMinute()
    {
        lock (_gate)
        {
            _minute?.Dispose();
            _minute = null;
            foreach (var (address, count) in _refusals.Take())
            {
                TryAppend_NeedsLock(new AuditEntry
                {
                    Who = AuditActor.Anonymous,
                    From = address,
                    What = "login.refused",
                    Outcome = AuditOutcome.Refused,
                    Why = $"{count:N0} more within a minute",
                    Count = count,
                });
            }
        }
    }

    private void TryAppend_NeedsLock(AuditEntry entry)
    {
        try
        {
            _file.Append(LineOf(entry), durable: false);
        }
        catch (AuditException exception)
        {
            Log.NotRecorded(_logger, exception.Message);
        }
    }

    private byte[] LineOf(AuditEntry entry) => JsonSerializer.SerializeToUtf8Bytes(
        entry with
        {
            Time = _time.GetUtcNow(),
            Who = entry.Who with { Name = Short(entry.Who.Name) },
            On = Short(entry.On),
            Why = Short(entry.Why),
        },
        Json);

    private static string? Short(string? text) => text is null ? null : PlainText.Of(text, MaxText);
}
