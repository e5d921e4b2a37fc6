using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using FpingCluster.Coordinator.Security;
using FpingCluster.Coordinator.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Tests.Api;

public sealed class ApiSecretsTests
{
    [Fact]
    public async Task Secret_is_in_the_one_answer_that_makes_it_and_nowhere_else()
    {
        using var log = new EverythingLogged();
        await using var coordinator = await TestCoordinator.StartAsync(configure: services =>
        {
            services.RemoveAll<ILoggerProvider>().AddSingleton<ILoggerProvider>(log);
            services.Configure<LoggerFilterOptions>(options =>
            {
                options.Rules.Clear();
                options.MinLevel = LogLevel.Trace;
            });
        });
        using var order = new StringContent("""{"role":"operator","name":"alice"}""", Encoding.UTF8, "application/json");

        using var made = await coordinator.Http.PostAsync("api/v1/tokens", order);

        Assert.True(made.Headers.CacheControl!.NoStore);
        var text = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("text").GetString()!;
        using var alice = coordinator.ClientOf(text);
        using var mallory = coordinator.ClientOf(text[..^3] + "AAA");
        using var refused = await mallory.GetAsync("api/v1/status");
        var answers = await alice.GetStringAsync("api/v1/tokens") + await alice.GetStringAsync("api/v1/audit") + await alice.GetStringAsync("api/v1/status") +
            await refused.Content.ReadAsStringAsync();
        var ours = await File.ReadAllTextAsync(Path.Combine(coordinator.Security, OperatorToken.Name));
        string[] secrets = [text.Split('.')[3][..20], ours.Split('.')[3][..20]];
        Assert.NotEmpty(log.Lines);
        Assert.Contains(log.Lines, line => line.Contains("api/v1/tokens", StringComparison.Ordinal));
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret, answers, StringComparison.Ordinal);
            Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.Equal(
                secret == secrets[1] ? [OperatorToken.Name] : [],
                Directory.GetFiles(coordinator.Security).Where(file => File.ReadAllText(file).Contains(secret, StringComparison.Ordinal)).Select(Path.GetFileName));
        }

        Assert.All(
            Directory.GetFiles(coordinator.Security).Where(file => !file.EndsWith(".crt", StringComparison.Ordinal)),
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    private sealed class EverythingLogged : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public IReadOnlyList<string> Lines => [.. _lines];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            _lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
