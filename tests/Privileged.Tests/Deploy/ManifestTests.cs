using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using Xunit.Abstractions;

namespace FpingCluster.Privileged.Tests.Deploy;

/// <summary>The Kubernetes manifests as kustomize renders them: tests/manifests.py.</summary>
public sealed class ManifestTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Manifests_keep_to_the_schema_and_to_the_rules_of_a_pod_that_may_do_little()
    {
        await using var script = LabProcess.Start(Repository.File("tests/manifests.py"), []);

        var exitCode = await script.WaitForExit(TimeSpan.FromSeconds(60));

        output.WriteLine(string.Join(Environment.NewLine, script.Output));
        Assert.True(exitCode == 0, script.Describe(lines: 80));
    }

    [Fact]
    public async Task Manifest_with_an_unknown_field_and_without_a_required_one_is_refused()
    {
        using var folder = new WorkFolder();
        folder.Write("kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [service.yaml]\n");
        folder.Write("service.yaml", """
            apiVersion: v1
            kind: Service
            metadata: { name: fping-coordinator }
            spec:
              publishUnreadyAddresses: true
              ports: [{ name: grpc }]
            """);

        await using var script = LabProcess.Start(Repository.File("tests/manifests.py"), [folder.Root]);

        Assert.Equal(1, await script.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.Contains(script.Errors, line => line.Contains("publishUnreadyAddresses", StringComparison.Ordinal));
        Assert.Contains(script.Errors, line => line.Contains("'port' is a required property", StringComparison.Ordinal));
    }
}
