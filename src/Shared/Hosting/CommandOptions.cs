using System.CommandLine;
using System.Globalization;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Shared.Hosting;

/// <summary>Options whose values are spelled as everywhere else in FpingCluster; a wrong value is told with its remedy.</summary>
public static class CommandOptions
{
    /// <summary>"500ms", "1.5s", "5m". Null when not given: the library would show its default as .NET spells it.</summary>
    public static Option<TimeSpan?> Duration(string name, TimeSpan byDefault, string description) => new(name)
    {
        Description = $"{description} [default: {Durations.Format(byDefault)}]",
        HelpName = "DURATION",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!Durations.TryParse(text, out var duration))
            {
                result.AddError($"{name} is '{text}'; write a number and a unit (us, ms, s, m, h, d), for example {Durations.Format(byDefault)}");
            }

            return duration;
        },
    };

    /// <summary>A whole number within bounds, both included.</summary>
    public static Option<int> Number(string name, string[] aliases, int byDefault, int min, int max, string helpName, string description) => new(name, aliases)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < min || number > max)
            {
                result.AddError($"{name} is '{text}'; it must be a whole number from {min} to {max}");
            }

            return number;
        },
    };

    /// <summary>"512MiB", "1GiB"; 0, or within the bounds, both included. Null when not given, as <see cref="Duration"/>.</summary>
    public static Option<long?> Size(string name, long byDefault, long min, long max, string description) => new(name)
    {
        Description = $"{description} [default: {ByteSizes.Format(byDefault)}]",
        HelpName = "SIZE",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!ByteSizes.TryParse(text, out var size) || (size != 0 && (size < min || size > max)))
            {
                result.AddError(
                    $"{name} is '{text}'; it must be 0, or a number and a unit (KiB, MiB, GiB) from {ByteSizes.Format(min)} to {ByteSizes.Format(max)}, " +
                    $"for example {ByteSizes.Format(byDefault)}");
            }

            return size;
        },
    };

    /// <summary>One of the names of an enum, in lower case. Null when not given, as <see cref="Duration"/>.</summary>
    public static Option<T?> OneOf<T>(string name, T byDefault, string description)
        where T : struct, Enum
    {
        var words = Enum.GetNames<T>().Select(word => word.ToLowerInvariant()).ToArray();
        var option = new Option<T?>(name)
        {
            Description = $"{description} [default: {byDefault.ToString().ToLowerInvariant()}]",
            HelpName = string.Join('|', words),
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                var index = Array.IndexOf(words, text);
                if (index < 0)
                {
                    result.AddError($"{name} is '{text}'; it must be one of {string.Join(", ", words)}");
                }

                return index < 0 ? null : Enum.GetValues<T>()[index];
            },
        };
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>Refuses a mistyped option, which the library would hand over as one more value of an argument that takes many.</summary>
    public static Argument<string[]> WithoutOptions(this Argument<string[]> argument)
    {
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.Length > 1 && token.Value[0] == '-'))
            {
                result.AddError($"'{token.Value}' is not an option of this command");
            }
        });
        return argument;
    }
}
