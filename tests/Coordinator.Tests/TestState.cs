using System.Runtime.CompilerServices;
using FpingCluster.TestKit;

namespace FpingCluster.Coordinator.Tests;

/// <summary>Coordinators and commands within the test process keep their state where those do that tests start.</summary>
internal static class TestState
{
    [ModuleInitializer]
    internal static void UseOwnHome() => Environment.SetEnvironmentVariable(StateHome.Variable, StateHome.Path);
}
