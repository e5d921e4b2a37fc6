namespace FpingCluster.Coordinator.Jobs.Yaml;

internal sealed record YamlSequence(int Line, IReadOnlyList<YamlNode> Items) : YamlNode(Line);
