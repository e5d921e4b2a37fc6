using FpingCluster.Coordinator.Storage;
using FpingCluster.TestKit;

namespace FpingCluster.Coordinator.Tests.Storage;

/// <summary>No two openings have one generation, whatever becomes of the folder between them: a batch of one store is never taken for one of another.</summary>
public sealed class StoreGenerationTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Store_in_a_wiped_folder_begins_above_all_generations_of_the_one_before()
    {
        var (_, last) = await OpenAsync(times: 3);
        Wipe();
        _time.Advance(TimeSpan.FromSeconds(10));

        var (first, generation) = await OpenAsync();

        Assert.True(first > last, $"{first} after {last}");
        Assert.Equal(first, generation);
    }

    [Fact]
    public async Task Folder_brought_back_from_a_copy_repeats_no_generation()
    {
        var (first, _) = await OpenAsync();
        using var copy = new StoreFolder();
        Copy(_folder, copy);
        _time.Advance(TimeSpan.FromSeconds(10));
        var (_, last) = await OpenAsync(times: 3);
        _time.Advance(TimeSpan.FromSeconds(10));
        Wipe();
        Copy(copy, _folder);

        var (firstAgain, generation) = await OpenAsync();

        Assert.Equal(first, firstAgain);
        Assert.True(generation > last, $"{generation} after {last}");
    }

    [Fact]
    public async Task Clock_that_went_back_does_not_take_the_generation_with_it()
    {
        _time.Advance(TimeSpan.FromDays(400));
        var (first, _) = await OpenAsync();

        await using var store = SqliteResultStore.Open(_folder.Path, time: new FakeTimeProvider());

        Assert.Equal((first, first + 1), (store.FirstGeneration, store.Generation));
    }

    private async Task<(int First, int Last)> OpenAsync(int times = 1)
    {
        var generations = (0, 0);
        for (; times > 0; times--)
        {
            await using var store = SqliteResultStore.Open(_folder.Path, time: _time);
            generations = (store.FirstGeneration, store.Generation);
        }

        return generations;
    }

    private void Wipe()
    {
        foreach (var file in Directory.GetFiles(_folder.Path))
        {
            File.Delete(file);
        }
    }

    private static void Copy(StoreFolder from, StoreFolder to)
    {
        foreach (var file in Directory.GetFiles(from.Path))
        {
            File.Copy(file, Path.Combine(to.Path, Path.GetFileName(file)));
        }
    }
}
