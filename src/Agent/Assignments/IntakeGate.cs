namespace FpingCluster.Agent.Assignments;

/// <summary>Whether engines may take shards now. The outbox closes it while its window is full or memory has no room; nothing else slows an engine.</summary>
internal sealed class IntakeGate
{
    private readonly ChangeSignal _changed = new();
    private volatile bool _isOpen = true;

    public bool IsOpen => _isOpen;

    public Task NextChange => _changed.Next;

    public void Set(bool open)
    {
        if (_isOpen != open)
        {
            _isOpen = open;
            _changed.Raise();
        }
    }
}
