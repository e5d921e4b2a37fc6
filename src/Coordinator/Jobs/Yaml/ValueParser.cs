namespace FpingCluster.Coordinator.Jobs.Yaml;

/// <summary>Reads a value from its text in the file; false when the text is none.</summary>
internal delegate bool ValueParser<T>(string text, out T value);
