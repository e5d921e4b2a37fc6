using System.Net;
using System.Text;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Security;

/// <summary>
/// Where a coordinator leaves a token and its CA for commands of the same user, and where those look: by the address of the API. So who runs a coordinator
/// on a host calls it there without more ado.
/// </summary>
internal sealed class LocalTokens(string folder)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>This user's; null when the user has no home.</summary>
    public static LocalTokens? OfUser()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } named ? named
            : Environment.IsPrivilegedProcess ? "/var/lib"
            : home.Length > 0 ? Path.Combine(home, ".local/state")
            : null;
        return state is null ? null : new LocalTokens(Path.Combine(state, "fpingcluster/clients"));
    }

    /// <param name="ca">Null when the coordinator's certificate comes from elsewhere.</param>
    /// <exception cref="OutputException">They cannot be left.</exception>
    public void Leave(IPEndPoint api, string token, byte[]? ca)
    {
        try
        {
            Directory.CreateDirectory(folder, Private | UnixFileMode.UserExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw OutputException.From(folder, exception);
        }

        File.Delete(PathOf(api, "crt"));
        if (ca is not null)
        {
            Write(PathOf(api, "crt"), ca);
        }

        // Last: who finds it takes the CA beside it.
        Write(PathOf(api, "token"), Encoding.ASCII.GetBytes(token + "\n"));
    }

    /// <exception cref="IOException">They cannot be removed.</exception>
    public void Remove(IPEndPoint api)
    {
        File.Delete(PathOf(api, "token"));
        File.Delete(PathOf(api, "crt"));
    }

    /// <returns>What is there for this API; null when nothing is.</returns>
    public (string TokenFile, string? CaFile)? Find(Uri api)
    {
        if (EndPointOf(api) is not { } endpoint || !File.Exists(PathOf(endpoint, "token")))
        {
            return null;
        }

        var ca = PathOf(endpoint, "crt");
        return (PathOf(endpoint, "token"), File.Exists(ca) ? ca : null);
    }

    private static IPEndPoint? EndPointOf(Uri api) =>
        api.IdnHost == "localhost" ? new IPEndPoint(IPAddress.Loopback, api.Port)
        : IPAddress.TryParse(api.IdnHost, out var address) ? new IPEndPoint(address, api.Port)
        : null;

    private static void Write(string path, byte[] content)
    {
        using var file = AtomicFile.Replace(path, Private);
        file.Write(stream => stream.Write(content));
    }

    // Who listens everywhere is called on the loopback.
    private string PathOf(IPEndPoint api, string extension)
    {
        var address = api.Address.Equals(IPAddress.Any) || api.Address.Equals(IPAddress.IPv6Any) || api.Address.Equals(IPAddress.IPv6Loopback)
            ? IPAddress.Loopback
            : api.Address;
        return Path.Combine(folder, $"{address}_{api.Port}.{extension}".Replace(':', '_'));
    }
}
