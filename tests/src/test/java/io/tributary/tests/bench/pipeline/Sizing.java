package io.tributary.tests.bench.pipeline;

/**
 * What a round of a model that nobody has tried yet would take on machines of some kind, by what
 * smaller ones took.
 *
 * @param parameters of the model
 * @param silos silos
 * @param machines for task managers, as many as the heap needs
 * @param heapBytes of all of them
 * @param seconds from the moment at which all updates can be read to the last record of the version
 * @param byNetwork whether that is what the network takes; else it is what the processors take
 */
record Sizing(
        double parameters,
        int silos,
        int machines,
        double heapBytes,
        double seconds,
        boolean byNetwork) {

    /** Heap beside what is alive on it: the required 6 of 4.5. */
    private static final double ROOM = 6 / 4.5;

    /**
     * Of a machine's memory, what is not the heap's: Flink's network, Kafka's clients, the rest.
     */
    private static final double OTHER = 0.25;

    /**
     * Machines of one kind.
     *
     * @param cores of each
     * @param memoryBytes of each
     * @param networkBytesPerSecond of each, in each direction
     */
    record Machine(int cores, double memoryBytes, double networkBytesPerSecond) {}

    /**
     * @param cpu fit of the task managers' processor time, seconds
     * @param heap fit of their live heap, bytes
     * @param updateBytesPerValue of the codec
     * @param versionBytesPerParameter of the publication
     */
    static Sizing of(
            double parameters,
            int silos,
            Machine machine,
            CostFit cpu,
            CostFit heap,
            int updateBytesPerValue,
            int versionBytesPerParameter) {
        double heapBytes = ROOM * heap.predict(parameters, silos);
        int machines =
                (int) Math.max(1, Math.ceil(heapBytes / (machine.memoryBytes() * (1 - OTHER))));
        double bytes =
                parameters * silos * updateBytesPerValue + parameters * versionBytesPerParameter;
        double byNetwork = bytes / (machines * machine.networkBytesPerSecond());
        double byProcessors = cpu.predict(parameters, silos) / (machines * machine.cores());
        return new Sizing(
                parameters,
                silos,
                machines,
                heapBytes,
                Math.max(byNetwork, byProcessors),
                byNetwork > byProcessors);
    }
}
