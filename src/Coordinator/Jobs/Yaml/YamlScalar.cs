namespace FpingCluster.Coordinator.Jobs.Yaml;

internal sealed record YamlScalar(int Line, string Text, bool Quoted) : YamlNode(Line)
{
    public bool IsNull => !Quoted && Text is "" or "~" or "null" or "Null" or "NULL";
}
