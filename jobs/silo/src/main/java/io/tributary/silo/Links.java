package io.tributary.silo;

import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.client.LocalUpdate;
import io.tributary.kafka.client.ModelReplica;
import io.tributary.kafka.client.OwnUpdates;
import io.tributary.kafka.client.UnsendableDeltaException;
import io.tributary.kafka.client.UpdateWriter;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.UpdateManifest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A silo's connections. They are opened when the cluster can be reached; those that read live
 * through an outage, the one that writes updates is opened anew after each failure.
 */
final class Links implements AutoCloseable {

    private static final Duration CATCH_UP = Duration.ofMinutes(1);

    private final SiloOptions options;
    private @Nullable FederationFollower follower;
    private @Nullable ModelReplica replica;
    private @Nullable UpdateWriter writer;
    private int shutOut;

    Links(SiloOptions options) {
        this.options = options;
    }

    /** Opens what is not open, and reads what the federation has been doing. */
    void open() {
        if (writer == null) {
            writer =
                    UpdateWriter.open(
                            options.connection(),
                            options.topics(),
                            options.silo(),
                            options.uploadTimeout());
        }
        if (replica == null) {
            replica = ModelReplica.open(options.connection(), options.topics(), options.model());
        }
        if (follower == null) {
            follower =
                    FederationFollower.newest(
                            options.connection(), options.topics(), options.model());
        }
        follower.catchUp(CATCH_UP);
    }

    FederationFollower follower() {
        return opened(follower);
    }

    ModelReplica replica() {
        return opened(replica);
    }

    /**
     * Uploads what was trained from the version that {@link #replica} holds.
     *
     * @throws UnsendableDeltaException if it cannot be sent; nothing was
     */
    UpdateManifest upload(LocalUpdate update, ParameterBuffer trained) {
        var manifest = opened(writer).write(update, replica().parameters(), trained);
        shutOut = 0;
        return manifest;
    }

    /**
     * Takes note that the writer was shut out.
     *
     * @return how often that has happened since an upload succeeded
     */
    int countShutOut() {
        shutOut++;
        return shutOut;
    }

    /**
     * Whether this silo's update for a round is on the log already, from the version planned. It is
     * looked for from that version on: the plan is written again whenever its round is extended.
     */
    boolean hasUploaded(RoundPlan plan, ModelVersion base) {
        return new OwnUpdates(options.connection(), options.topics(), options.silo(), CATCH_UP)
                .find(plan.model(), plan.round(), base.chunksSinceMillis())
                .filter(manifest -> manifest.baseVersion() == plan.baseVersion())
                .isPresent();
    }

    /** After a failure nothing more can be written with the same writer. */
    void dropWriter() {
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }

    private static <T> T opened(@Nullable T link) {
        if (link == null) {
            throw new IllegalStateException("the silo is not connected");
        }
        return link;
    }

    @Override
    public void close() {
        dropWriter();
        if (replica != null) {
            replica.close();
        }
        if (follower != null) {
            follower.close();
        }
    }
}
