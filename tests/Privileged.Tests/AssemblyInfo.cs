// Laboratories share the machine's cores; two at once would measure each other. So all tests run one after the other, but for those that wait for minutes
// and need next to no CPU: they have a collection of their own, which must not take the others' place among the threads.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly, MaxParallelThreads = 4)]
