using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;

namespace FpingCluster.Shared.Hosting;

/// <summary>
/// Runs a command line to its exit code: wrong usage and <see cref="UserErrorException"/> end with a message, anything unforeseen with "this is a bug" and
/// its stack trace, all on stderr. The first SIGINT or SIGTERM cancels the command, the second ends the process at once.
/// </summary>
public static class CommandRunner
{
    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> args, TextWriter? output = null, TextWriter? error = null)
    {
        var stderr = error ?? Console.Error;
        UseExamples(root);
        var configuration = new InvocationConfiguration
        {
            Output = output ?? Console.Out,
            Error = stderr,
            EnableDefaultExceptionHandler = false,
            // Signals are ours: the library would end the process two seconds after the first.
            ProcessTerminationTimeout = null,
        };

        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction complaint)
        {
            complaint.ShowHelp = false;
            // The library's suggestions would go to stdout, which is for data.
            configuration.Output = stderr;
            await parsed.InvokeAsync(configuration);
            await stderr.WriteLineAsync($"see '{PathOf(parsed)} --help'");
            return ExitCode.BadUsage;
        }

        using var stopping = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stopping));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stopping));
        return await InvokeAsync(parsed, configuration, stderr, stopping.Token);
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, InvocationConfiguration configuration, TextWriter stderr, CancellationToken stopping)
    {
        try
        {
            return await parsed.InvokeAsync(configuration, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await stderr.WriteLineAsync("interrupted");
            return ExitCode.Incomplete;
        }
        catch (UserErrorException exception)
        {
            await stderr.WriteLineAsync(exception.Message);
            return exception.ExitStatus;
        }
        // The root of the process: whatever comes here was foreseen by nobody, and is shown whole.
        catch (Exception exception)
        {
            await stderr.WriteLineAsync($"this is a bug, please report it: {exception}");
            return ExitCode.Bug;
        }
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stopping)
    {
        context.Cancel = !stopping.IsCancellationRequested;
        stopping.Cancel();
    }

    private static void UseExamples(RootCommand root)
    {
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            if (help.Action is HelpAction action)
            {
                help.Action = new HelpWithExamples(action);
            }
        }
    }

    private static string PathOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Push(result.Command.Name);
        }

        return string.Join(' ', names);
    }
}
