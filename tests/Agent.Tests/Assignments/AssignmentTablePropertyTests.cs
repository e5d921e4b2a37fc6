using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.TestKit;
using static FpingCluster.Agent.Tests.Assignments.TestShards;

namespace FpingCluster.Agent.Tests.Assignments;

/// <summary>Any order of grants, takes, revocations, reports and failures: each lease leaves by one door, once, and what is held is what the model holds.</summary>
public class AssignmentTablePropertyTests
{
    private const int Steps = 400;
    private const int Shards = 12;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Every_lease_leaves_the_table_by_exactly_one_door(int seed)
    {
        var random = new Random(seed);
        var table = new AssignmentTable([EngineKind.Simulated], new IntakeGate(), new FakeTimeProvider());
        table.StartRound(Named());
        var held = new Dictionary<LeaseKey, bool>();
        var left = new HashSet<LeaseKey>();
        var epoch = 0L;

        for (var step = 0; step < Steps; step++)
        {
            switch (random.Next(6))
            {
                case 0 or 1:
                    var shard = (ulong)random.Next(Shards);
                    Assert.Empty(table.Grant(Round, [Granted(shard, ++epoch)]));
                    foreach (var old in held.Keys.Where(lease => lease.Shard.Value == shard).ToList())
                    {
                        Leave(old);
                    }

                    held[Lease(shard, epoch)] = false;
                    break;
                case 2:
                    foreach (var taken in table.Take(EngineKind.Simulated, random.Next(1, 10)))
                    {
                        Assert.False(held[taken.Lease], $"{taken.Lease} taken twice");
                        held[taken.Lease] = true;
                    }

                    break;
                case 3:
                    var cancel = random.Next(2) == 0;
                    var named = Enumerable.Range(0, random.Next(3)).Select(_ => new ShardId((ulong)random.Next(Shards))).Distinct().ToList();
                    var outcome = table.Revoke(Round, named, cancel);
                    Assert.All(outcome.Returned, lease => Assert.False(held[lease]));
                    Assert.All(outcome.Cancelled, lease => Assert.True(held[lease] && cancel));
                    foreach (var lease in outcome.Returned.Concat(outcome.Cancelled))
                    {
                        Leave(lease);
                    }

                    break;
                case 4:
                    // An engine reports anything it ever took, twice if it likes.
                    var reported = Lease((ulong)random.Next(Shards), random.NextInt64(1, epoch + 1));
                    Assert.Equal(held.GetValueOrDefault(reported), table.TryReport(reported, out _));
                    if (held.GetValueOrDefault(reported))
                    {
                        Assert.True(table.Remove(reported));
                        Leave(reported);
                    }

                    break;
                default:
                    if (random.Next(10) == 0)
                    {
                        foreach (var broken in table.RemoveBegun(EngineKind.Simulated))
                        {
                            Assert.True(held[broken]);
                            Leave(broken);
                        }

                        Assert.DoesNotContain(true, held.Values);
                    }

                    break;
            }

            Assert.Equal(held.Keys.ToHashSet(), table.Held().ToHashSet());
            Assert.Equal((held.Values.Count(begun => !begun), held.Values.Count(begun => begun)), table.Count());
            Assert.Equal(held.Values.Count(begun => !begun) * 3, table.ReadyTargets(EngineKind.Simulated));
        }

        void Leave(LeaseKey lease)
        {
            Assert.True(held.Remove(lease), $"{lease} left without being held");
            Assert.True(left.Add(lease), $"{lease} left twice");
        }
    }
}
