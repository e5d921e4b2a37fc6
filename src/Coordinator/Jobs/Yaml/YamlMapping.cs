namespace FpingCluster.Coordinator.Jobs.Yaml;

/// <summary>Keys as they stand in the file, duplicates included.</summary>
internal sealed record YamlMapping(int Line, IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries) : YamlNode(Line);
