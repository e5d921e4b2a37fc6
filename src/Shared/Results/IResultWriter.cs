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
}
