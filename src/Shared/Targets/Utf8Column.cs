using System.Text;

namespace FpingCluster.Shared.Targets;

/// <summary>A column of texts as UTF-8 in one block. Without a block every text is empty and nothing is kept.</summary>
internal sealed class Utf8Column(byte[]? block, int[] ends)
{
    public static readonly Utf8Column Empty = new(null, []);

    public string this[int row]
    {
        get
        {
            if (block is null)
            {
                return "";
            }

            var start = row == 0 ? 0 : ends[row - 1];
            return Encoding.UTF8.GetString(block, start, ends[row] - start);
        }
    }
}
