// Most of these tests wait for other processes most of the time; those need two CPUs as well.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
