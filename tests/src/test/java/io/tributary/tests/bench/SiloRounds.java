package io.tributary.tests.bench;

import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.silo.Silo;
import io.tributary.silo.SiloListener;
import io.tributary.silo.SiloOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A silo, with all that is in it but a trainer that trains, and the memory it takes in a round. */
final class SiloRounds implements AutoCloseable {

    private static final int LOOK_MILLIS = 5;

    private final Semaphore uploads = new Semaphore(0);
    private final SiloSetting setting;
    private final MemoryUse atRest;
    private final Path state;
    private final ParameterBuffer trained;
    private final List<ParameterBuffer> solver;
    private @Nullable Silo silo;
    private @Nullable Thread thread;

    SiloRounds(SiloSetting setting) throws IOException {
        this.setting = setting;
        trained = setting.model().values(7);
        // What a solver with two moments has: gradients, and the moments.
        solver = List.of(touched(), touched(), touched());
        state = Files.createTempDirectory("silo-bench");
        atRest = MemoryUse.live();
    }

    /** All pages of it, or it would not be in memory. */
    private ParameterBuffer touched() {
        var buffer = ParameterBuffer.allocate(setting.model().layout());
        buffer.copyFrom(trained);
        return buffer;
    }

    /** Bytes of the trainer's buffers. */
    private long trainers() {
        return setting.modelBytes() * (1 + solver.size());
    }

    private MemoryUse beyondTrainers(MemoryUse use) {
        return new MemoryUse(
                use.heap(), use.direct() - trainers(), Math.max(0, use.resident() - trainers()));
    }

    /** Before the silo starts, without the trainer's buffers. */
    MemoryUse atRest() {
        return beyondTrainers(atRest);
    }

    /**
     * The most memory that was in use while the silo took part in its next round, without the
     * trainer's buffers.
     *
     * @param live whether to collect garbage all the time, so that only what is alive counts
     */
    MemoryUse round(boolean live) throws InterruptedException {
        start();
        var most = new MemoryUse(0, 0, 0);
        while (!uploads.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            if (thread == null || !thread.isAlive()) {
                throw new IllegalStateException("the silo has ended; its log says why");
            }
            most = most.max(live ? MemoryUse.live() : MemoryUse.now());
        }
        return beyondTrainers(most);
    }

    private void start() {
        if (silo != null) {
            return;
        }
        var listener =
                new SiloListener() {
                    @Override
                    public void uploaded(UpdateManifest manifest, long bytes, Duration took) {
                        uploads.release();
                    }
                };
        var options =
                SiloOptions.of(setting.connection(), setting.topics(), SiloSetting.SILO, state)
                        .withEvaluationDelay(Duration.ZERO);
        silo =
                new Silo(
                        options,
                        new IdleTrainer(trained),
                        Clock.systemUTC(),
                        new SecureRandom(),
                        listener);
        thread = new Thread(silo, "silo");
        thread.start();
    }

    @Override
    public void close() {
        if (silo != null) {
            silo.stop();
        }
    }
}
