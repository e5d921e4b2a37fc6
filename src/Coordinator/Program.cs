using System.CommandLine;
using FpingCluster.Coordinator.Cli;
using FpingCluster.Coordinator.Cli.Client;
using FpingCluster.Shared.Hosting;

var root = new RootCommand("Shards target lists over agents, merges what they find, keeps and shows it.")
{
    RunCommand.Create(),
    ServeCommand.Create(),
    CheckCommand.Create(TargetListChecker.CheckAsync),
    StatusCommand.Create(),
    AgentsCommand.Create(),
    JobsCommand.Create(),
    RoundsCommand.Create(),
    ResultsCommand.Create(),
    TokenCommand.Create(),
    AuditCommand.Create(),
};
return await CommandRunner.RunAsync(root, args);
