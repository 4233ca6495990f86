package io.tributary.cli;

import io.tributary.aggregation.replay.ReplayProgress;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Says every few seconds how far a replay is; nothing, if it is done by then. */
final class ReplayLines implements ReplayProgress {

    private static final long BETWEEN_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final PrintWriter out;
    private final LongSupplier nanos;
    private long lastNanos;

    /**
     * @param nanos a clock that only runs forward
     */
    ReplayLines(PrintWriter out, LongSupplier nanos) {
        this.out = out;
        this.nanos = nanos;
        lastNanos = nanos.getAsLong();
    }

    @Override
    public void on(int version, Pass pass, int done, int chunks) {
        long now = nanos.getAsLong();
        if (now - lastNanos < BETWEEN_NANOS) {
            return;
        }
        lastNanos = now;
        out.println(
                switch (pass) {
                    case FIND -> "version %s: looking for its updates".formatted(version);
                    case MEASURE ->
                            "version %s: measured %s of %s chunks".formatted(version, done, chunks);
                    case MAKE ->
                            "version %s: made %s of %s chunks".formatted(version, done, chunks);
                });
        out.flush();
    }
}
