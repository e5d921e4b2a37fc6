using System.CommandLine;
using FpingCluster.Agent.Cli;
using FpingCluster.Shared.Hosting;

var root = new RootCommand("Pings many targets quickly, alone or as part of a cluster.")
{
    PingCommand.Create(),
    RunCommand.Create(),
    CheckCommand.Create(),
};
return await CommandRunner.RunAsync(root, args);
