using Grpc.Core;

namespace FpingCluster.Compat.Tests.Contracts;

public sealed class MetadataTests
{
    [Fact]
    public void Entry_key_becomes_lower_case()
    {
        Assert.Equal("x-agent-id", new Metadata.Entry("X-Agent-ID", "a").Key);
        Assert.Equal("x-token-bin", new Metadata.Entry("X-Token-BIN", [1]).Key);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a-b_c.d9")]
    [InlineData("-._")]
    public void Entry_key_of_valid_characters_is_accepted(string key) => Assert.Equal(key, new Metadata.Entry(key, "").Key);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData(":path")]
    [InlineData("a\n")]
    [InlineData("ключ")]
    public void Entry_key_of_other_characters_is_rejected(string key) =>
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "value"));

    [Fact]
    public void Entry_suffix_decides_between_text_and_bytes()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("token-bin", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("token", [1]));
    }

    [Fact]
    public void Text_entry_answers_its_ascii_bytes()
    {
        var entry = new Metadata.Entry("key", "abc");

        Assert.False(entry.IsBinary);
        Assert.Equal("abc", entry.Value);
        Assert.Equal("abc"u8.ToArray(), entry.ValueBytes);
    }

    [Fact]
    public void Binary_entry_has_no_text()
    {
        var entry = new Metadata.Entry("key-bin", [0, 255]);

        Assert.True(entry.IsBinary);
        Assert.Equal([0, 255], entry.ValueBytes);
        Assert.Throws<InvalidOperationException>(() => entry.Value);
    }

    [Fact]
    public void Binary_entry_is_not_changed_through_its_arrays()
    {
        byte[] given = [1, 2];
        var entry = new Metadata.Entry("key-bin", given);

        given[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.Equal([1, 2], entry.ValueBytes);
    }

    [Fact]
    public void Lookup_answers_the_last_of_several_entries()
    {
        var metadata = new Metadata { { "key", "first" }, { "other", "x" }, { "KEY", "last" }, { "key-bin", [7] } };

        Assert.Equal("last", metadata.GetValue("key"));
        Assert.Equal(["first", "last"], metadata.GetAll("key").Select(entry => entry.Value));
        Assert.Equal([7], metadata.GetValueBytes("key-bin"));
        Assert.Null(metadata.Get("absent"));
        Assert.Null(metadata.GetValue("absent"));
        Assert.Null(metadata.GetValueBytes("absent"));
    }

    [Fact]
    public void Metadata_keeps_the_order_of_its_entries()
    {
        var metadata = new Metadata { { "a", "1" }, { "c", "3" } };
        metadata.Insert(1, new Metadata.Entry("b", "2"));
        metadata.RemoveAt(0);
        metadata[0] = new Metadata.Entry("d", "4");

        Assert.Equal(["d", "c"], metadata.Select(entry => entry.Key));
    }

    [Fact]
    public void Empty_metadata_cannot_be_changed()
    {
        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("key", "value"));
        Assert.Throws<InvalidOperationException>(Metadata.Empty.Clear);
        Assert.Empty(Metadata.Empty);
    }
}
