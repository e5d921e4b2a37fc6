using Grpc.Core;

namespace FpingCluster.Compat.Tests.Contracts;

public sealed class CredentialsTests
{
    private static readonly AsyncAuthInterceptor First = (_, metadata) => Append(metadata, "first");
    private static readonly AsyncAuthInterceptor Second = (_, metadata) => Append(metadata, "second");
    private static readonly AsyncAuthInterceptor Third = (_, metadata) => Append(metadata, "third");

    [Fact]
    public void Composed_call_credentials_apply_in_their_order()
    {
        var state = new object();
        var configurator = new RecordingConfigurator();
        var inner = CallCredentials.Compose(CallCredentials.FromInterceptor(First), CallCredentials.FromInterceptor(Second));

        CallCredentials.Compose(inner, CallCredentials.FromInterceptor(Third)).InternalPopulateConfiguration(configurator, state);

        Assert.Equal([(state, First), (state, Second), (state, Third)], configurator.Interceptors);
    }

    [Fact]
    public void Composing_fewer_than_two_call_credentials_is_rejected()
    {
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose());
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose(CallCredentials.FromInterceptor(First)));
    }

    [Fact]
    public void Insecure_channel_cannot_carry_call_credentials()
    {
        var callCredentials = CallCredentials.FromInterceptor(First);

        Assert.Throws<ArgumentException>(() => ChannelCredentials.Create(ChannelCredentials.Insecure, callCredentials));
        Assert.NotNull(ChannelCredentials.Create(ChannelCredentials.SecureSsl, callCredentials));
    }

    private static Task Append(Metadata metadata, string value)
    {
        metadata.Add("authorization", value);
        return Task.CompletedTask;
    }
}
