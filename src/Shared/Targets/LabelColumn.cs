using System.Text;

namespace FpingCluster.Shared.Targets;

/// <summary>One label of all targets, empty where none was set; equal values are kept once.</summary>
internal sealed class LabelColumn
{
    private readonly List<string> _values = [""];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _numbers =
        new Dictionary<string, int> { [""] = 0 }.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly IntColumn _valueOfRow = new();

    public LabelColumn(string name) => Name = name;

    public string Name { get; }

    public string this[int row] => _values[_valueOfRow[row]];

    /// <summary>The number that stands for the value; false when there are too many different ones.</summary>
    public bool TryIntern(ReadOnlySpan<byte> utf8, out int value)
    {
        Span<char> buffer = stackalloc char[TargetListLimits.TextBytes];
        var text = buffer[..Encoding.UTF8.GetChars(utf8, buffer)];
        if (_numbers.TryGetValue(text, out value))
        {
            return true;
        }

        value = _values.Count;
        if (value > TargetListLimits.LabelValues)
        {
            return false;
        }

        _values.Add(text.ToString());
        _numbers[text] = value;
        return true;
    }

    public string ValueOf(int value) => _values[value];

    public void Set(int row, int value)
    {
        if (value != 0)
        {
            _valueOfRow[row] = value;
        }
    }
}
