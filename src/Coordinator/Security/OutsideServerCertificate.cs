using System.Net;
using System.Net.Security;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Hosting;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Security;

/// <summary>
/// A certificate that others issue and renew (security.tls). Its files are looked at every 30 s, and when somebody connects: by their content, because a mounted
/// secret changes behind links whose own times stay. What is no pair leaves the last good one in use.
/// </summary>
internal sealed partial class OutsideServerCertificate : IServerCertificate, IDisposable
{
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(30);

    // Many who connect at once cost one look.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly TlsFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private (string Certificate, string Key) _seen;
    private long _lookedAt;
    private DateTimeOffset _notAfter;
    private string? _fault;
    private volatile SslStreamCertificateContext _current;

    /// <exception cref="UserErrorException">The files hold no certificate and its key.</exception>
    public OutsideServerCertificate(TlsFiles files, TimeProvider time, ILogger<OutsideServerCertificate> logger)
    {
        (_files, _time, _logger) = (files, time, logger);
        _seen = CertificateFiles.ReadTexts(files);
        _current = Load(_seen);
        _lookedAt = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Look(), null, PollInterval, PollInterval);
    }

    public string? Trouble
    {
        get
        {
            lock (_gate)
            {
                return _fault ?? (_notAfter <= _time.GetUtcNow() ? $"the certificate in {_files.Certificate} ran out at {_notAfter:u}; agents and clients refuse it: renew it" : null);
            }
        }
    }

    public SslStreamCertificateContext For(IPAddress? local)
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= LookInterval)
        {
            Look();
        }

        return _current;
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_gate)
        {
            Volatile.Write(ref _lookedAt, _time.GetTimestamp());
            try
            {
                var texts = CertificateFiles.ReadTexts(_files);
                if (texts != _seen)
                {
                    // A pair that is read between its two files is none, and is read again.
                    _current = Load(texts);
                    _seen = texts;
                    Log.Reloaded(_logger, _files.Certificate, _notAfter);
                }

                _fault = null;
            }
            catch (UserErrorException exception)
            {
                Tell($"{exception.Message}; the certificate from before is still in use");
            }
        }
    }

    private void Tell(string fault)
    {
        if (_fault != fault)
        {
            Log.NotReloaded(_logger, fault);
        }

        _fault = fault;
    }

    private SslStreamCertificateContext Load((string Certificate, string Key) texts)
    {
        var chain = CertificateFiles.Parse(texts, _files);
        _notAfter = chain[0].NotAfter.ToUniversalTime();
        var server = chain[0];
        chain.RemoveAt(0);
        return SslStreamCertificateContext.Create(server, chain, offline: true);
    }
}
