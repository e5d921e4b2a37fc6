namespace FpingCluster.Agent.Session;

internal interface ISessionDialer
{
    /// <summary>Returns at once; a coordinator that cannot be reached shows at the first read or write.</summary>
    ISessionStream Dial(Uri coordinator);
}
