package io.tributary.silo;

import io.tributary.kafka.client.IncompleteVersionException;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.silo.SiloPresence.Phase;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the silo's copy of the model to a version, and tells what that took and showed. */
final class Downloads {

    private static final Logger LOG = LoggerFactory.getLogger(Downloads.class);

    /** How long one look for a version's chunks lasts, before the silo looks for a newer plan. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final SiloContext silo;
    private final AlignmentWatch alignment;

    /** What is being looked for; -1 if nothing is. */
    private int wanted = -1;

    private long beganMillis;

    Downloads(SiloContext silo, AlignmentWatch alignment) {
        this.silo = silo;
        this.alignment = alignment;
    }

    /**
     * Looks for a version for a moment. May be called again, and goes on where it stopped.
     *
     * @param round round that it is for
     * @return whether the copy is that version now
     */
    boolean download(ModelVersion version, int round) {
        var replica = silo.links().replica();
        boolean held = replica.version() == version.version();
        if (!held) {
            silo.enter(Activity.of(Phase.DOWNLOADING, version.model(), round));
        }
        if (wanted != version.version()) {
            wanted = version.version();
            beganMillis = silo.clock().millis();
        }
        try {
            var download = replica.download(version, LOOK);
            wanted = -1;
            if (!held || download.chunks() > 0) {
                var took = Duration.ofMillis(silo.clock().millis() - beganMillis);
                silo.listener().downloaded(version, download, took);
                tellAlignment(version);
            }
            return true;
        } catch (IncompleteVersionException e) {
            LOG.debug("silo {}: {}", silo.silo(), e.getMessage());
            return false;
        }
    }

    private void tellAlignment(ModelVersion version) {
        alignment
                .downloaded(version, silo.links().replica().parameters())
                .ifPresent(
                        cosine -> {
                            silo.heartbeat().aligned(version.version(), cosine);
                            silo.listener().aligned(version.version(), cosine);
                        });
    }
}
