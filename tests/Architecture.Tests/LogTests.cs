using System.Reflection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Architecture.Tests;

/// <summary>An event id names one message for ever: operators filter and alert by it.</summary>
public sealed class LogTests
{
    private static readonly Dictionary<string, int> Thousands = new()
    {
        ["Shared"] = 1,
        ["Agent.Session"] = 2,
        ["Agent.Engines"] = 3,
        ["Coordinator.Sessions"] = 4,
        ["Coordinator.Jobs"] = 5,
        ["Coordinator.Storage"] = 6,
        ["Coordinator.Api"] = 7,
        ["Agent.Cli"] = 8,
        ["Coordinator.Cli"] = 8,
        ["Coordinator.Hosting"] = 8,
        ["Agent.Spooling"] = 9,
        ["Coordinator.Security"] = 10,
        ["Agent.Identity"] = 11,
    };

    [Fact]
    public void Event_id_is_given_once()
    {
        var messages = Messages().ToList();

        Assert.NotEmpty(messages);
        var faults = messages.GroupBy(message => message.EventId).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(message => message.Name))}");
        Assert.True(!faults.Any(), string.Join('\n', faults));
    }

    [Fact]
    public void Event_id_is_in_the_range_of_its_folder()
    {
        var faults = Messages().Select(message => (message.EventId, message.Name, message.Folder, Thousand: Thousands.GetValueOrDefault(message.Folder)))
            .Where(message => message.Thousand != message.EventId / 1000)
            .Select(message => $"{message.Name} has {message.EventId}; {message.Folder} has {message.Thousand}000 to {message.Thousand}999");

        Assert.True(!faults.Any(), string.Join('\n', faults));
    }

    private static IEnumerable<(int EventId, string Name, string Folder)> Messages() =>
        from type in Product.Assemblies.SelectMany(assembly => assembly.GetTypes())
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let message = method.GetCustomAttribute<LoggerMessageAttribute>()
        where message is not null
        select (message.EventId, $"{Product.NameOf(type.DeclaringType ?? type)}.{method.Name}", FolderOf(type));

    private static string FolderOf(Type type)
    {
        var parts = type.Namespace!.Split('.');
        return parts[1] == "Shared" ? "Shared" : string.Join('.', parts[1..3]);
    }
}
