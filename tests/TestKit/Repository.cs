namespace FpingCluster.TestKit;

/// <summary>Where a test finds the repository's files and the programs that build.sh made.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string AgentProgram => Program("fping-agent");

    public static string CoordinatorProgram => Program("fping-coordinator");

    public static string File(string relativePath) => Path.Combine(Root, relativePath);

    private static string Program(string name)
    {
        var path = Path.Combine(Root, "out", name);
        return System.IO.File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing; run ./build.sh first");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "FpingCluster.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds FpingCluster.sln; run the tests inside the repository");
    }
}
