using System.Globalization;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Coordinator.Jobs.Yaml;

/// <summary>
/// The keys and values at one place of a file. A reader asks for each key it knows, then calls <see cref="RejectUnknownKeys"/>. What is wrong goes to the
/// errors with its line, and the asker gets null: it goes on with its default, so that one pass finds every mistake.
/// </summary>
internal sealed class YamlMap
{
    private readonly string _path;
    private readonly ConfigurationErrors _errors;
    private readonly Dictionary<string, (YamlScalar Key, YamlNode Value)> _entries = [];
    private readonly List<string> _known = [];
    private readonly HashSet<string> _wrong = [];

    public YamlMap(YamlMapping mapping, string path, ConfigurationErrors errors)
    {
        (_path, _errors, Line) = (path, errors, mapping.Line);
        foreach (var entry in mapping.Entries)
        {
            if (!_entries.TryAdd(entry.Key.Text, entry))
            {
                var first = _entries[entry.Key.Text].Key.Line;
                _errors.Add(entry.Key.Line, PathOf(entry.Key.Text), $"'{entry.Key.Text}' is there twice, first on line {first}; remove one");
            }
        }
    }

    public int Line { get; }

    public IEnumerable<string> Keys => _entries.Keys;

    /// <summary>Whether the key is in the file; asking does not make it a known one.</summary>
    public bool Contains(string key) => _entries.ContainsKey(key);

    /// <summary>Whether what the file says about these keys was free of errors so far: a relation between them is worth checking.</summary>
    public bool AreSound(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (_wrong.Contains(key))
            {
                return false;
            }
        }

        return true;
    }

    public void Error(string key, string message)
    {
        _wrong.Add(key);
        _errors.Add(_entries.TryGetValue(key, out var entry) ? entry.Key.Line : Line, PathOf(key), message);
    }

    /// <summary>Reports the key as missing unless it is there.</summary>
    public void Require(string key, string remedy)
    {
        if (!Contains(key))
        {
            Error(key, $"'{key}' is missing; {remedy}");
        }
    }

    /// <summary>Whether the key is there with a value that Python takes for no value at all: null, false, 0 or an empty text.</summary>
    public bool IsFalsy(string key) =>
        Node(key) is YamlScalar scalar && (scalar.IsNull || scalar.Text.Length == 0 || (!scalar.Quoted && scalar.Text.ToLowerInvariant() is "false" or "no" or "off" or "0"));

    public T? Value<T>(string key, string expected, ValueParser<T> parse)
        where T : struct
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (parse(text, out var value))
        {
            return value;
        }

        Error(key, $"{key} must be {expected}, not '{text}'");
        return null;
    }

    public string? Text(string key)
    {
        if (Node(key) is not { } node)
        {
            return null;
        }

        if (node is YamlScalar { IsNull: false } scalar)
        {
            return scalar.Text;
        }

        Error(key, node is YamlScalar ? $"{key} has no value; give one or remove the key" : $"{key} must be one value, not a list or a map");
        return null;
    }

    public int? WholeNumber(string key, int min = int.MinValue, int max = int.MaxValue)
    {
        var value = Value<int>(key, "a whole number", static (text, out number) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number));
        if (value is not { } found || (found >= min && found <= max))
        {
            return value;
        }

        Error(key, $"{key} is {found}; it must be " + (max == int.MaxValue ? $"{min} or more" : $"{min} to {max}"));
        return null;
    }

    public bool? Flag(string key) => Value<bool>(key, "true or false", bool.TryParse);

    public TimeSpan? Duration(string key) => Value<TimeSpan>(key, "a duration such as 500ms, 60s or 7d", Durations.TryParse);

    public T? Choice<T>(string key, params T[] choices)
        where T : struct, Enum
    {
        var names = choices.ToDictionary(choice => choice.ToString().ToLowerInvariant());
        return Value<T>(key, $"one of {string.Join(", ", names.Keys)}", names.TryGetValue);
    }

    /// <summary>The path as it is meant from this folder, absolute.</summary>
    public string? FilePath(string key, string folder)
    {
        if (Text(key) is not { } path)
        {
            return null;
        }

        if (path.Length > 0 && !path.Contains('\0'))
        {
            return Path.GetFullPath(path, folder);
        }

        Error(key, $"{key} must be a path");
        return null;
    }

    public YamlMap? Map(string key) => Node(key) is { } node ? AsMap(node, key, key) : null;

    public IReadOnlyList<YamlMap> Maps(string key) =>
        [.. Items(key).Select((item, index) => AsMap(item, key, $"{key}[{index}]")).OfType<YamlMap>()];

    /// <summary>A list of values; a wrong one is reported on its own line.</summary>
    public IReadOnlyList<T> Values<T>(string key, string expected, ValueParser<T> parse)
        where T : struct
    {
        var values = new List<T>();
        foreach (var (index, item) in Items(key).Index())
        {
            var text = (item as YamlScalar)?.Text;
            if (text is not null && parse(text, out var value))
            {
                values.Add(value);
                continue;
            }

            _wrong.Add(key);
            _errors.Add(item.Line, PathOf($"{key}[{index}]"), $"must be {expected}" + (text is null ? "" : $", not '{text}'"));
        }

        return values;
    }

    /// <summary>A map whose keys are the user's own.</summary>
    public IReadOnlyDictionary<string, string> Texts(string key)
    {
        var map = Map(key);
        return map?.Keys.ToDictionary(name => name, name => map.Text(name) ?? "") ?? [];
    }

    /// <summary>Reports every key that nobody asked for, with the one that was probably meant.</summary>
    public void RejectUnknownKeys()
    {
        foreach (var key in _entries.Keys.Except(_known).Where(key => AreSound(key)))
        {
            var remedy = NearestKey.Find(key, _known) is { } nearest ? $"did you mean '{nearest}'?" : $"the keys here are {string.Join(", ", _known)}";
            Error(key, $"unknown key '{key}'; {remedy}");
        }
    }

    private YamlNode? Node(string key)
    {
        if (!_known.Contains(key))
        {
            _known.Add(key);
        }

        return _entries.TryGetValue(key, out var entry) ? entry.Value : null;
    }

    private IReadOnlyList<YamlNode> Items(string key)
    {
        switch (Node(key))
        {
            case null:
                return [];
            case YamlSequence sequence:
                return sequence.Items;
            default:
                Error(key, $"{key} must be a list");
                return [];
        }
    }

    private YamlMap? AsMap(YamlNode node, string key, string step)
    {
        if (node is YamlMapping mapping)
        {
            return new YamlMap(mapping, PathOf(step), _errors);
        }

        _wrong.Add(key);
        _errors.Add(node.Line, PathOf(step), $"{step} must hold keys and values" + (node is YamlScalar { IsNull: false } scalar ? $", not '{scalar.Text}'" : ""));
        return null;
    }

    private string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";
}
