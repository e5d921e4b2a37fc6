using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One header: a key in lower case, and ASCII text, or bytes if the key has the <see cref="BinaryHeaderSuffix"/>.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz_-.");

        private readonly string? _value;
        private readonly byte[]? _valueBytes;

        public Entry(string key, string value)
        {
            Key = NormalizeKey(key);
            if (HasBinarySuffix(Key))
            {
                throw new ArgumentException($"Key '{Key}' ends with '{BinaryHeaderSuffix}', so its value must be bytes.", nameof(key));
            }

            ArgumentNullException.ThrowIfNull(value);
            _value = value;
        }

        public Entry(string key, byte[] valueBytes)
        {
            Key = NormalizeKey(key);
            if (!HasBinarySuffix(Key))
            {
                throw new ArgumentException($"Key '{Key}' needs the suffix '{BinaryHeaderSuffix}' for its value to be bytes.", nameof(key));
            }

            ArgumentNullException.ThrowIfNull(valueBytes);
            _valueBytes = [.. valueBytes];
        }

        public string Key { get; }

        public bool IsBinary => _valueBytes is not null;

        public string Value =>
            _value ?? throw new InvalidOperationException($"The value of '{Key}' is binary: read {nameof(ValueBytes)}.");

        /// <summary>A copy; of a text value, its ASCII bytes.</summary>
        public byte[] ValueBytes => _value is null ? [.. _valueBytes!] : Encoding.ASCII.GetBytes(_value);

        public override string ToString() =>
            $"[Entry: key={Key}, value={_value ?? Convert.ToBase64String(_valueBytes!)}]";

        private static bool HasBinarySuffix(string key) => key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        private static string NormalizeKey(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            var normalized = key.ToLowerInvariant();
            if (normalized.Length == 0 || normalized.AsSpan().ContainsAnyExcept(KeyCharacters))
            {
                throw new ArgumentException(
                    $"Metadata key '{key}' must consist of letters, digits, '_', '-' and '.', at least one of them.", nameof(key));
            }

            return normalized;
        }
    }
}
