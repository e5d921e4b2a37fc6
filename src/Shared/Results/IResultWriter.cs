namespace FpingCluster.Shared.Results;

/// <summary>
/// Writes rows in one of the output formats. Used by one thread: <see cref="Begin"/>, a <see cref="Write"/> per target, <see cref="Finish"/>.
/// The stream belongs to the caller and has everything only after <see cref="Finish"/>; disposing gives the buffer back and writes nothing.
/// </summary>
public interface IResultWriter : IDisposable
{
    /// <summary>Rows left out because the format has no way to say what they are.</summary>
    int Skipped { get; }

    void Begin();

    void Write(ResultRow row);

    void Finish();

    /// <summary>A writer for rows that follow what this one has written, into another stream; its text goes to <see cref="Append"/>.</summary>
    IResultWriter Continue(Stream stream);

    /// <summary>Adds rows that another writer has formatted.</summary>
    void Append(ReadOnlySpan<byte> text);
}
