using FpingCluster.TestKit;
using Xunit.Abstractions;

namespace FpingCluster.Cluster.Tests.Hostile;

/// <summary>Messages that claim to be larger than they are: refused before anything is made for them.</summary>
public sealed class ClaimTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Visitors = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HostileService _service = new(output);

    public Task InitializeAsync() => _service.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData(uint.MaxValue)]
    [InlineData(int.MaxValue)]
    [InlineData(4 * 1024 * 1024 + 1)]
    public async Task Message_that_claims_gigabytes_is_refused(uint claimed)
    {
        var visitors = await CallAsync();
        foreach (var visitor in visitors)
        {
            await visitor.SendMessageAsync(claimed, new byte[100]);
        }

        await CheckAsync(visitors, "grpc-status");
        Assert.Contains(_service.Coordinator.Errors, line => line.Contains("A visitor from ", StringComparison.Ordinal) && line.Contains("essage", StringComparison.Ordinal));
    }

    // Each within a message of 30 bytes or so: fields 3 (batch) and 6 (columns), then a length or a count.
    [Theory]
    [InlineData("1A FF FF FF FF 0F")]
    [InlineData("1A FF FF FF FF 07")]
    [InlineData("1A 10 32 0E 12 FF FF FF FF 07 01 01 01 01 01 01 01 01")]
    [InlineData("1A 10 32 0E 22 FF FF FF FF FF FF FF FF 7F 01 01 01 01")]
    [InlineData("0A 08 1A FF FF FF FF 07 00 00")]
    [InlineData("0A 08 3A FF FF FF FF 07 00 00")]
    public async Task Field_that_claims_gigabytes_is_refused(string message)
    {
        var visitors = await CallAsync();
        foreach (var visitor in visitors)
        {
            await visitor.SendMessageAsync(Convert.FromHexString(message.Replace(" ", "", StringComparison.Ordinal)));
        }

        await CheckAsync(visitors, "a message is not of this protocol");
    }

    private async Task<List<RawHttp2Client>> CallAsync()
    {
        List<RawHttp2Client> visitors = [];
        while (visitors.Count < Visitors)
        {
            visitors.Add(await RawHttp2Client.CallAsync(_service.AgentUrl));
        }

        return visitors;
    }

    private async Task CheckAsync(List<RawHttp2Client> visitors, string end)
    {
        foreach (var visitor in visitors)
        {
            await Wait.For(visitor.End, Patience, "the refusal");
            Assert.Contains(end, Uri.UnescapeDataString(await visitor.End), StringComparison.Ordinal);
            await visitor.DisposeAsync();
        }

        await _service.CheckThatOthersAreUndisturbed();
        _service.CheckMemory(most: 200);
    }
}
