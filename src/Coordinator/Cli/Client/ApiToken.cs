using System.Text;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>The token that a command shows, from the file that holds it: on a command line everybody on the host could read it.</summary>
internal static class ApiToken
{
    // Longer than any token with its line end and a comment's worth of blanks.
    private const int MaxBytes = 4_096;

    private const UnixFileMode Others =
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    /// <param name="setting">What named the file.</param>
    /// <exception cref="UserErrorException">It cannot be read, or holds no token.</exception>
    public static string Read(string file, string setting, TextWriter remarks)
    {
        try
        {
            if ((File.GetUnixFileMode(file) & Others) != 0)
            {
                remarks.WriteLine($"warning: others may use the token in {file}; chmod 600 {file}");
            }

            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[MaxBytes];
            var text = Encoding.ASCII.GetString(bytes, 0, stream.ReadAtLeast(bytes, MaxBytes, throwOnEndOfStream: false)).Trim();
            return TokenText.TryParse(text, out _)
                ? text
                : throw new UserErrorException($"{setting}: {file} holds no token; it begins with 'fpc.', as 'fping-coordinator token create' writes it");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{setting}: cannot read {file}: {exception.Message.TrimEnd('.')}", exception);
        }
    }
}
