namespace FpingCluster.Coordinator.Security;

/// <param name="why">For the agent and whoever runs it.</param>
internal sealed class AgentRefusedException(AgentRefusal refusal, string why) : Exception(why)
{
    public AgentRefusal Refusal => refusal;
}
