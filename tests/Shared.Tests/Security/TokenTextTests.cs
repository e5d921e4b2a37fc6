using FpingCluster.Shared.Security;

namespace FpingCluster.Shared.Tests.Security;

public sealed class TokenTextTests
{
    private const string Pin = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
    private const string Secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    [Theory]
    [InlineData(TokenRole.Join, Pin, "j")]
    [InlineData(TokenRole.Viewer, null, "v")]
    [InlineData(TokenRole.Operator, null, "o")]
    public void Token_comes_back_from_its_text(TokenRole role, string? pin, string letter)
    {
        var made = TokenText.Make(role, pin);

        Assert.True(TokenText.TryParse(made.Reveal(), out var read));

        Assert.StartsWith($"fpc.{letter}.{made.Id}.", made.Reveal(), StringComparison.Ordinal);
        Assert.Equal((made.Role, made.Id, made.CaPin, made.Reveal()), (read.Role, read.Id, read.CaPin, read.Reveal()));
        Assert.Equal(made.SecretHash(), read.SecretHash());
        Assert.NotEqual(made.SecretHash(), TokenText.Make(role, pin).SecretHash());
        Assert.True(made.Reveal().Length <= TokenText.MaxLength);
    }

    [Fact]
    public void Token_that_is_printed_by_mistake_shows_no_secret()
    {
        var made = TokenText.Make(TokenRole.Operator, null);

        Assert.Equal($"token {made.Id}", $"{made}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("....")]
    [InlineData("fpc.v.abcdefgh")]
    [InlineData("FPC.v.abcdefgh." + Secret)]
    [InlineData("fpc.x.abcdefgh." + Secret)]
    [InlineData("fpc.v.abcdefg." + Secret)]
    [InlineData("fpc.v.ABCDEFGH." + Secret)]
    [InlineData("fpc.v.abc/../h." + Secret)]
    [InlineData("fpc.v.abcdefgh." + Secret + "A")]
    [InlineData("fpc.v.abcdefgh. ECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8 ")]
    [InlineData("fpc.v.abcdefgh.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+")]
    [InlineData("fpc.v.abcdefgh." + Secret + "\n")]
    [InlineData("fpc.v.abcdefgh." + Secret + "." + Pin)]
    [InlineData("fpc.j.abcdefgh." + Secret)]
    [InlineData("fpc.j.abcdefgh." + Secret + "." + Secret + "A")]
    [InlineData("fpc.j.abcdefgh." + Secret + "." + Pin + "." + Pin)]
    public void What_is_no_token_is_refused(string? text) => Assert.False(TokenText.TryParse(text, out _));

    [Fact]
    public void Long_text_is_not_looked_at() => Assert.False(TokenText.TryParse(new string('.', 100_000_000), out _));
}
