namespace FpingCluster.Agent.Assignments;

/// <summary>
/// Whether engines may take shards now. The outbox closes it while its window is full or memory has no room, and it is closed while the budget has run out;
/// nothing else slows an engine.
/// </summary>
/// <param name="hasBudget">When this turns true, <see cref="LookAgain"/> is to be called.</param>
internal sealed class IntakeGate(Func<bool>? hasBudget = null)
{
    private readonly ChangeSignal _changed = new();
    private volatile bool _isOpen = true;

    public bool IsOpen => _isOpen && hasBudget?.Invoke() != false;

    public Task NextChange => _changed.Next;

    public void Set(bool open)
    {
        if (_isOpen != open)
        {
            _isOpen = open;
            _changed.Raise();
        }
    }

    public void LookAgain() => _changed.Raise();
}
