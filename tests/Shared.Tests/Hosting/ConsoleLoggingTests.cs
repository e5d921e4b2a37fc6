using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Shared.Tests.Hosting;

public class ConsoleLoggingTests
{
    [Theory]
    [InlineData(LogLevel.Information, "Began round 7", "03:04:05 info Began round 7\n")]
    [InlineData(LogLevel.Warning, "two\nlines", "03:04:05 warn two\\nlines\n")]
    public void Entry_is_one_line(LogLevel level, string message, string expected) => Assert.Equal(expected, Line(level, message, null));

    [Fact]
    public void Exception_follows_its_message() =>
        Assert.Equal("03:04:05 error Broke\nSystem.InvalidOperationException: oops\n", Line(LogLevel.Error, "Broke", new InvalidOperationException("oops")));

    private static string Line(LogLevel level, string message, Exception? exception)
    {
        var text = new StringWriter();
        new LineFormatter(new FakeTimeProvider()).Write(
            new LogEntry<string>(level, "Category", default, message, exception, (state, _) => state), null, text);
        return text.ToString();
    }
}
