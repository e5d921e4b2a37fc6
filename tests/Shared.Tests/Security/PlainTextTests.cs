using FpingCluster.Shared.Security;

namespace FpingCluster.Shared.Tests.Security;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("berlin-1", "berlin-1")]
    [InlineData("Grüße, 東京 🚀", "Grüße, 東京 🚀")]
    [InlineData("می\u200Cخواهم", "می\u200Cخواهم")]
    [InlineData("a\nb\r\tc", "a?b??c")]
    [InlineData("\e[2Jgone", "?[2Jgone")]
    [InlineData("a\u0085b\u2028c\u2029d", "a?b?c?d")]
    [InlineData("user\u202Egpj.exe\u200B", "user?gpj.exe?")]
    [InlineData("\uFEFFx", "?x")]
    public void What_would_break_a_line_or_move_a_cursor_becomes_a_question_mark(string text, string shown)
    {
        Assert.Equal(shown, PlainText.Of(text));
        Assert.Equal(text == shown, PlainText.IsPlain(text));
    }

    [Fact]
    public void Half_a_character_is_not_plain()
    {
        Assert.False(PlainText.IsPlain("a\uD83D"));
        Assert.False(PlainText.IsPlain("\uDE80\uD83D"));
        Assert.Equal("ab?", PlainText.Of("ab🚀", maxLength: 3));
    }

    [Fact]
    public void Long_text_is_cut() => Assert.Equal("abc", PlainText.Of("abcdef", maxLength: 3));
}
