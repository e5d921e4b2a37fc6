namespace FpingCluster.Coordinator.Tests.Models;

internal enum ClusterOperation
{
    /// <summary>An agent opens a session, be it that it has none, be it beside the one it has.</summary>
    Connect,

    /// <summary>A session ends and both sides know; what was on its way to the agent is lost.</summary>
    Break,

    /// <summary>Nothing passes between an agent and the coordinator any more, and neither knows; it may go on probing.</summary>
    Cut,

    /// <summary>The cut is over: what the agent sends first still goes to the session it had.</summary>
    Mend,

    /// <summary>An agent is killed and started again, with or without its spool; its old session is closed or half-open.</summary>
    Restart,

    /// <summary>An agent reads what it was sent.</summary>
    Read,

    Beat,

    /// <summary>An agent finishes some of its shards; their batches wait to be sent.</summary>
    Probe,

    Send,

    /// <summary>A batch of this boot comes again, acknowledged or not.</summary>
    Repeat,

    /// <summary>An agent sends a batch for another's lease.</summary>
    Forge,

    Return,

    /// <summary>An agent drains by itself.</summary>
    LeaveInOrder,

    /// <summary>An operator asks an agent to leave.</summary>
    Drain,

    /// <summary>An agent that has nothing left ends its session with a goodbye.</summary>
    Goodbye,

    Commit,

    /// <summary>Time passes, with a tick at its end.</summary>
    Pass,

    /// <summary>So much time passes at once that nobody's heartbeat was in it: the coordinator's machine stood still.</summary>
    StandStill,

    JumpWallClock,

    KillCoordinator,
}
