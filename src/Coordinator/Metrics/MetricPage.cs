using System.Globalization;
using System.Text;

namespace FpingCluster.Coordinator.Metrics;

/// <summary>Metrics in Prometheus' text format 0.0.4: each family with its help and its type, all its samples together. A family without a sample is left out.</summary>
internal sealed class MetricPage
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const string Prefix = "fpingcluster_";

    private readonly StringBuilder _text = new();

    /// <param name="name">In base units (seconds, ratio), without the prefix of the product.</param>
    public void Gauge(string name, string help, params IEnumerable<MetricSample> samples) => Add(name, "gauge", help, samples);

    /// <summary>Only ever rises, or begins again at 0 with the program.</summary>
    public void Counter(string name, string help, params IEnumerable<MetricSample> samples) => Add(name + "_total", "counter", help, samples);

    public override string ToString() => _text.ToString();

    private void Add(string name, string type, string help, IEnumerable<MetricSample> samples)
    {
        var isFirst = true;
        foreach (var sample in samples)
        {
            if (isFirst)
            {
                _text.Append(CultureInfo.InvariantCulture, $"# HELP {Prefix}{name} {help}\n# TYPE {Prefix}{name} {type}\n");
                isFirst = false;
            }

            _text.Append(Prefix).Append(name);
            AddLabels(sample.Labels);
            _text.Append(CultureInfo.InvariantCulture, $" {sample.Value}\n");
        }
    }

    private void AddLabels((string Name, string Text)[] labels)
    {
        if (labels.Length > 0)
        {
            _text.Append('{').AppendJoin(',', labels.Select(label => $"{label.Name}=\"{Escape(label.Text)}\"")).Append('}');
        }
    }

    // Names of agents and jobs come from outside.
    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
