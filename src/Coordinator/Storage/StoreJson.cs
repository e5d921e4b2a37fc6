using System.Text.Json.Serialization;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Storage;

/// <summary>How probes and summaries lie in the database. Property and enum names are stored: a rename needs a new schema version.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(Probe))]
[JsonSerializable(typeof(RoundSummary))]
internal sealed partial class StoreJson : JsonSerializerContext;
