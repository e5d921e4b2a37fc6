using Microsoft.Extensions.Hosting;

namespace FpingCluster.Coordinator.Hosting;

/// <summary>The command that built the host starts and stops it. The framework's own would hear signals too, and end sessions before the command has drained them.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
