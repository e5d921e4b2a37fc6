namespace FpingCluster.Coordinator.Jobs.Yaml;

/// <summary>A part of a YAML document and the line it begins on, counted from 1.</summary>
internal abstract record YamlNode(int Line);
