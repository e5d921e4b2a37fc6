using System.CommandLine;
using FpingCluster.Coordinator.Cli;
using FpingCluster.Shared.Hosting;

var root = new RootCommand("Shards target lists over agents, merges what they find, keeps and shows it.")
{
    RunCommand.Create(),
    ServeCommand.Create(),
    CheckCommand.Create(TargetListChecker.CheckAsync),
};
return await CommandRunner.RunAsync(root, args);
