package io.tributary.tests.bench.pipeline;

import io.tributary.tests.process.Interrupted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks over and over at how much of some heaps is alive, except while a checkpoint is taken. */
final class HeapSampler implements AutoCloseable {

    private final List<ProcessProbe> processes;
    private final ClusterProbe cluster;
    private final Map<ProcessProbe, Long> peaks = new HashMap<>();
    private final Thread thread = new Thread(this::run, "heap-sampler");
    private volatile boolean ended;

    HeapSampler(List<ProcessProbe> processes, ClusterProbe cluster) {
        this.processes = List.copyOf(processes);
        this.cluster = cluster;
        thread.start();
    }

    private void run() {
        while (!ended) {
            for (var process : processes) {
                long checkpoint = cluster.newestCheckpoint().number();
                boolean quiet = !cluster.isTakingCheckpoint();
                long live = process.liveHeapBytes();
                if (quiet
                        && !cluster.isTakingCheckpoint()
                        && cluster.newestCheckpoint().number() == checkpoint) {
                    peaks.merge(process, live, Math::max);
                }
            }
        }
    }

    /** Most that was alive; 0 if it was never looked at. To be asked after the end. */
    long peak(ProcessProbe process) {
        return peaks.getOrDefault(process, 0L);
    }

    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        }
    }
}
