namespace FpingCluster.Agent.Session;

internal interface ISessionDialer
{
    /// <summary>Gets what the coordinator has to be shown first; whether it can be reached may show only at the first read or write.</summary>
    Task<ISessionStream> DialAsync(Uri coordinator, CancellationToken cancellationToken);

    /// <summary>Ends when a session has to be dialled anew, with a new certificate; may never.</summary>
    Task OutdatedAsync(Uri coordinator, CancellationToken cancellationToken);

    /// <summary>This agent has a new identity: what proved the old one goes.</summary>
    void BecomeAnother();
}
