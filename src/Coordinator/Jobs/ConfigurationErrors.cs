namespace FpingCluster.Coordinator.Jobs;

/// <summary>Collects the mistakes of one file, so that all are reported at once.</summary>
internal sealed class ConfigurationErrors(string file)
{
    private readonly List<ConfigurationError> _errors = [];

    public bool Any => _errors.Count > 0;

    public IReadOnlyList<ConfigurationError> InOrder => [.. _errors.OrderBy(error => error.Line)];

    public void Add(int line, string key, string message) => _errors.Add(new ConfigurationError(file, line, key, message));
}
