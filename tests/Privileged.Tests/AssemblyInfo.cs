// Laboratories share the machine's cores; two at once would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
