namespace FpingCluster.TestKit;

/// <summary>Where programs under test keep their state, instead of this user's home; gone with the test process.</summary>
public static class StateHome
{
    public const string Variable = "XDG_STATE_HOME";

    public static string Path { get; } = Make();

    private static string Make()
    {
        var folder = Directory.CreateTempSubdirectory("fpc-test-state-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }
}
