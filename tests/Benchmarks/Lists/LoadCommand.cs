using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Benchmarks.Lists;

/// <summary>Loads one list in a process of its own, because a process's peak memory never falls. Prints a <see cref="ListLoad"/> as JSON.</summary>
internal static class LoadCommand
{
    public const string Name = "load-list";

    public static Command Create()
    {
        var file = new Argument<string>("FILE");
        var command = new Command(Name, "Loads one target list, plans its shards, prints the cost as JSON") { file };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Console.WriteLine(JsonSerializer.Serialize(await LoadAsync(parsed.GetRequiredValue(file), cancellationToken)));
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<ListLoad> LoadAsync(string file, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        var reading = await new TargetListReader(new DnsNameResolver()).ReadAsync(TargetFile.Input(file), version: 1, cancellationToken);
        var list = reading.List ?? throw new UserErrorException(reading.Describe());
        var (loadSeconds, loadPeak, loaded) = (time.GetElapsedTime(began).TotalSeconds, PeakBytes(), time.GetTimestamp());
        var map = ShardPlanner.Plan(list, new Probe().Bucket);
        return new ListLoad(list.Count, map.Shards.Count, loadSeconds, loadPeak, time.GetElapsedTime(loaded).TotalSeconds, PeakBytes());
    }

    private static long PeakBytes()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }
}
