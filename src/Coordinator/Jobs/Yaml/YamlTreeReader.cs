using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace FpingCluster.Coordinator.Jobs.Yaml;

/// <summary>
/// Builds the tree of one document from YamlDotNet's events. Its own representation model ends at the first duplicate key and follows nesting without bound;
/// this one keeps duplicates, for the binder to report all of them, and refuses a depth that no configuration has.
/// </summary>
internal sealed class YamlTreeReader
{
    private const int MaxDepth = 32;

    private readonly IParser _parser;
    private readonly Dictionary<AnchorName, YamlNode> _anchors = [];

    private YamlTreeReader(IParser parser) => _parser = parser;

    /// <summary>Null when the text holds no document.</summary>
    /// <exception cref="YamlException">The text is not YAML, or holds more than one document.</exception>
    public static YamlNode? Read(TextReader text)
    {
        var scanner = new Scanner(text);
        try
        {
            return ReadDocument(new Parser(scanner));
        }
        catch (InvalidOperationException e)
        {
            // What YamlDotNet's scanner throws, without a place, when a key follows a bracket that is still open.
            throw new YamlException(scanner.CurrentPosition, scanner.CurrentPosition, "a '[' or '{' before here is not closed", e);
        }
    }

    private static YamlNode? ReadDocument(Parser parser)
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            return null;
        }

        var root = new YamlTreeReader(parser).ReadNode(0);
        parser.Consume<DocumentEnd>();
        return parser.Accept<DocumentStart>(out var second)
            ? throw new YamlException(second.Start, second.End, "a second document begins here; a configuration is one document")
            : root;
    }

    private YamlNode ReadNode(int depth)
    {
        var start = _parser.Current!;
        if (depth > MaxDepth)
        {
            throw new YamlException(start.Start, start.End, $"nested deeper than {MaxDepth} levels");
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.TryGetValue(alias.Value, out var target)
                ? target
                : throw new YamlException(alias.Start, alias.End, $"the alias *{alias.Value} has no anchor before it");
        }

        // The parser ends a flow mapping in the middle of an entry when a mark stands in the value's place.
        var anchor = start is NodeEvent begun ? begun.Anchor : throw new YamlException(start.Start, start.End, "a key or a value is missing here");
        YamlNode node = start switch
        {
            SequenceStart => ReadSequence(depth),
            MappingStart => ReadMapping(depth),
            _ => ReadScalar(),
        };
        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = node;
        }

        return node;
    }

    private YamlScalar ReadScalar()
    {
        var scalar = _parser.Consume<Scalar>();
        return new YamlScalar(LineOf(scalar), scalar.Value, scalar.Style != ScalarStyle.Plain);
    }

    private YamlSequence ReadSequence(int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth + 1));
        }

        return new YamlSequence(LineOf(start), items);
    }

    private YamlMapping ReadMapping(int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var entries = new List<(YamlScalar, YamlNode)>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var keyStart = _parser.Current!;
            if (ReadNode(depth + 1) is not YamlScalar key)
            {
                throw new YamlException(keyStart.Start, keyStart.End, "a key must be a plain word");
            }

            entries.Add((key, ReadNode(depth + 1)));
        }

        return new YamlMapping(LineOf(start), entries);
    }

    private static int LineOf(ParsingEvent parsed) => (int)parsed.Start.Line;
}
