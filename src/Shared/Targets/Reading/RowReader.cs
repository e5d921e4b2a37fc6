namespace FpingCluster.Shared.Targets.Reading;

/// <summary>Reads the lines of one text into the builder; from the first error on it only checks.</summary>
internal sealed class RowReader(string source, TargetListBuilder builder, ErrorCollector errors)
{
    private readonly FieldSplitter _fields = new();

    // By label of the builder; 0 = the row has none.
    private readonly int[] _labelValues = new int[TargetListLimits.Labels];

    // By column: the label that it fills, or -1 as long as none was needed.
    private readonly int[] _labelOfColumn = [.. Enumerable.Repeat(-1, FieldSplitter.MaxFields)];
    private ColumnLayout? _layout;

    public static string TooManyTargets =>
        $"here the list has more than {TargetListLimits.Targets:N0} targets, the most a job may have; split it over several jobs";

    private static string TooManyHosts =>
        $"here the list has more than {TargetListLimits.HostNames:N0} host names, the most that are resolved; write addresses";

    /// <summary>There is no room for more, so what follows need not be read.</summary>
    public bool IsFull { get; private set; }

    /// <param name="line">Is written to.</param>
    /// <param name="number">From 1.</param>
    /// <param name="isTooLong">The line was left out because of its length.</param>
    public void Read(Span<byte> line, int number, bool isTooLong)
    {
        var place = new SourceLine(source, number);
        if ((isTooLong ? LineProblems.TooLong : LineProblems.FindBadByte(line)) is { } bad)
        {
            errors.Add(place, bad);
        }
        else if (!_fields.TrySplit(line, out var problem))
        {
            errors.Add(place, problem!);
        }
        else if (!_fields.IsBlank() && (_layout is not null || !ReadHeader(line, place)))
        {
            ReadRow(line, place);
        }
    }

    /// <summary>Decides the layout by the first row; false when that is a row like the others.</summary>
    private bool ReadHeader(ReadOnlySpan<byte> line, SourceLine place)
    {
        var problems = new List<string>();
        var isHeader = ColumnLayout.IsHeader(line, _fields);
        _layout = isHeader ? ColumnLayout.FromHeader(line, _fields, problems) : ColumnLayout.WithoutHeader;
        if (!isHeader && ColumnLayout.FindMisnamedHeader(line, _fields) is { } misnamed)
        {
            problems.Add(misnamed);
        }

        problems.ForEach(problem => errors.Add(place, problem));
        for (var column = 0; isHeader && problems.Count == 0 && column < _fields.Count; column++)
        {
            if (_layout.IsLabel(column))
            {
                BindLabel(column, place);
            }
        }

        return isHeader || problems.Count > 0;
    }

    private void ReadRow(ReadOnlySpan<byte> line, SourceLine place)
    {
        if (_fields.Count > _layout!.Columns)
        {
            errors.Add(place, $"{_fields.Count} columns, but the header names {_layout.Columns}; " +
                "remove those too many, or put a text with commas in quotes");
            return;
        }

        var text = _fields.Field(line, _layout.Address).Trim(" \t"u8);
        if (text.IsEmpty)
        {
            errors.Add(place, $"column {_layout.Address + 1} has no address; write one, or remove the line");
            return;
        }

        var token = TargetToken.Parse(text);
        if (token.Kind == TokenKind.Junk)
        {
            errors.Add(place, token.Text);
        }

        ReadTexts(line, place);
        if (errors.Count == 0)
        {
            var name = _layout.Name < 0 ? [] : _fields.Field(line, _layout.Name);
            Add(token, new TargetDetails(place, name, _labelValues.AsSpan(0, builder.LabelCount)));
        }
    }

    private void Add(TargetToken token, TargetDetails details)
    {
        if (token.Kind == TokenKind.Addresses && !builder.TryAdd(token.Range, details))
        {
            IsFull = true;
            errors.Add(details.Place, TooManyTargets);
        }
        else if (token.Kind == TokenKind.HostName && !builder.TryAddHost(token.Text, details))
        {
            IsFull = true;
            errors.Add(details.Place, TooManyHosts);
        }
    }

    /// <summary>Checks the name and takes the values of the labels.</summary>
    private void ReadTexts(ReadOnlySpan<byte> line, SourceLine place)
    {
        Array.Clear(_labelValues);
        for (var column = 0; column < _fields.Count; column++)
        {
            var text = _fields.Field(line, column);
            if (column == _layout!.Address || text.IsEmpty)
            {
                continue;
            }

            if (text.Length > TargetListLimits.TextBytes)
            {
                errors.Add(place, $"column {column + 1} has {text.Length} bytes, " +
                    $"and a name or label has at most {TargetListLimits.TextBytes}; shorten it");
            }
            else if (column != _layout.Name && BindLabel(column, place) is var label and >= 0)
            {
                Intern(text, label, place);
            }
        }
    }

    private void Intern(ReadOnlySpan<byte> text, int label, SourceLine place)
    {
        if (!builder.Label(label).TryIntern(text, out _labelValues[label]))
        {
            var name = Quoted.Text(builder.Label(label).Name);
            errors.Add(place, $"here the label {name} has more than {TargetListLimits.LabelValues:N0} different values; " +
                "a label groups targets, so put what is unique to each into the name");
        }
    }

    private int BindLabel(int column, SourceLine place)
    {
        if (_labelOfColumn[column] < 0)
        {
            _labelOfColumn[column] = builder.IndexOfLabel(_layout!.LabelOf(column));
            if (_labelOfColumn[column] < 0)
            {
                errors.Add(place, $"here the list has more than {TargetListLimits.Labels} labels; " +
                    $"remove the column {Quoted.Text(_layout.LabelOf(column))}");
            }
        }

        return _labelOfColumn[column];
    }
}
