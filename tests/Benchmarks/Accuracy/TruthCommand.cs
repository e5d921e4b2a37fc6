using System.CommandLine;
using System.Globalization;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit.Truth;

namespace FpingCluster.Benchmarks.Accuracy;

/// <summary>Runs any program on the host of a network with a known truth, and then tells what happened: for trying things by hand.</summary>
internal static class TruthCommand
{
    private const string Program = "dotnet run -c Release --project tests/Benchmarks --";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly TargetAddress Router = TargetAddress.Parse("10.127.0.1"), Elsewhere = TargetAddress.Parse("10.100.0.1");

    // By the address's last three bits.
    private static readonly (string Name, TargetRule Rule)[] Rules =
    [
        ("answers after 3 ms", TargetRule.Answers(3)),
        ("loses its second ping", TargetRule.Answers(3).Losing(1)),
        ("is dead", TargetRule.Dead),
        ("answers its second ping twice", TargetRule.Answers(3).Duplicating(1)),
        ("is late (2 s) at its second ping", TargetRule.Answers(3).Late(1, 2000)),
        ("is unreachable, says 10.127.0.1", TargetRule.Always(Answer.IcmpError(3, 1, Router, afterMs: 3))),
        ("answers from 10.100.0.1", TargetRule.Always(Answer.WrongSource(Elsewhere, 3))),
        ("answers with another token", TargetRule.Always(Answer.WrongToken(keptBytes: 4, 3))),
    ];

    public static Command Create()
    {
        var program = new Argument<string[]>("PROGRAM") { Description = "The program and its arguments", Arity = ArgumentArity.OneOrMore };
        var command = new Command("truth", "Run a program in a network of 10.64.0.0/10 whose targets each answer in their own way; then tell what happened. Needs root") { program };
        command.SetAction(async (parsed, _) => await RunAsync(parsed.GetRequiredValue(program)));
        return command.WithExamples(
            $"{Program} truth -- $PWD/out/fping-agent ping 10.64.1.0/29 --engine raw",
            $"{Program} truth -- fping -C 3 10.64.1.0 10.64.1.1 10.64.1.6");
    }

    private static async Task<int> RunAsync(string[] program)
    {
        var pinged = new List<TargetAddress>();
        await using var network = await TruthNetwork.Create(address =>
        {
            lock (pinged)
            {
                pinged.Add(address);
            }

            return RuleOf(address).Rule;
        });
        var process = await network.Run(Patience, program[0], program[1..]);
        Write(process.Errors);
        Write(process.Output);
        Console.WriteLine("\nwhat happened:");
        lock (pinged)
        {
            Write(pinged.Order().Select(address => Describe(network.Truth(address))));
        }

        return process.ExitCode;
    }

    private static (string Name, TargetRule Rule) RuleOf(TargetAddress address) => Rules[(int)(address.Value % (uint)Rules.Length)];

    private static string Describe(TargetTruth truth)
    {
        var answers = truth.Answers.Select(answer => string.Create(CultureInfo.InvariantCulture, $"{answer.Ping}: {answer.Kind} after {answer.DelayNs / 1e6:0.000} ms"));
        return $"{truth.Address} {RuleOf(truth.Address).Name}; {truth.Requests.Count} pings; {string.Join(", ", answers)}";
    }

    private static void Write(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Console.WriteLine(line);
        }
    }
}
