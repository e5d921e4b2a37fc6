// Laboratories share the machine's cores; two that are busy at once would measure each other. So tests run one after the other, but for the collections of those
// that send little and wait most of the time.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly, MaxParallelThreads = 4)]
