namespace FpingCluster.Shared.Targets;

/// <summary>A number for each row, 0 where none was set. Chunks without numbers cost nothing, and none ever moves.</summary>
internal sealed class IntColumn
{
    public const int ChunkBits = 16;
    public const int ChunkRows = 1 << ChunkBits;

    private readonly List<int[]?> _chunks = [];

    public int this[int row]
    {
        get => row >> ChunkBits < _chunks.Count && _chunks[row >> ChunkBits] is { } chunk ? chunk[row & (ChunkRows - 1)] : 0;
        set
        {
            var number = row >> ChunkBits;
            while (_chunks.Count <= number)
            {
                _chunks.Add(null);
            }

            var chunk = _chunks[number] ??= new int[ChunkRows];
            chunk[row & (ChunkRows - 1)] = value;
        }
    }
}
