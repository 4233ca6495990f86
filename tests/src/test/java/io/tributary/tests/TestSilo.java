package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.LocalUpdate;
import io.tributary.kafka.client.PresenceWriter;
import io.tributary.kafka.client.UpdateWriter;
import io.tributary.kafka.registry.RegistryConnection;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.UpdateId;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A silo whose every record is sent by the test. */
final class TestSilo {

    private final TestFederation federation;
    private final String id;
    private final KafkaConnection connection;

    TestSilo(TestFederation federation, String id) {
        this(federation, id, federation.connection());
    }

    private TestSilo(TestFederation federation, String id, KafkaConnection connection) {
        this.federation = federation;
        this.id = id;
        this.connection = connection;
    }

    /** The same silo, set up with another registry, or none. */
    TestSilo with(@Nullable RegistryConnection registry) {
        return new TestSilo(
                federation,
                id,
                new KafkaConnection(
                        connection.bootstrapServers(), connection.security(), registry));
    }

    String id() {
        return id;
    }

    void join() {
        join(1_000);
    }

    void join(long tokens) {
        try (var presence = PresenceWriter.open(connection, federation.topics(), id)) {
            presence.write(
                    new SiloPresence(
                            SiloPresence.Kind.JOIN,
                            1,
                            tokens,
                            10,
                            SiloPresence.Phase.IDLE,
                            "",
                            0,
                            0,
                            0,
                            0));
        }
    }

    /**
     * Uploads a delta drawn from silo and round, so that it is the same in every run.
     *
     * @param global the version the round starts from
     */
    void uploadDrawnUpdate(RoundPlan plan, ParameterBuffer global) {
        uploadUpdateDrawnAsIn(plan.round(), plan, global);
    }

    /** Uploads the delta that {@link #uploadDrawnUpdate} would in another round. */
    void uploadUpdateDrawnAsIn(int round, RoundPlan plan, ParameterBuffer global) {
        var random = new SplittableRandom(31L * round + id.hashCode());
        var trained = ParameterBuffer.allocate(global.layout());
        for (int chunk = 0; chunk < global.layout().chunkCount(); chunk++) {
            var from = global.chunk(chunk);
            var to = trained.chunk(chunk);
            for (int j = 0; j < to.limit(); j++) {
                to.put(j, from.get(j) + (float) random.nextDouble(-0.1, 0.1));
            }
        }
        upload(plan, global, trained, 1 + Math.floorMod(id.hashCode(), 7), 1);
    }

    void upload(
            RoundPlan plan,
            ParameterBuffer global,
            ParameterBuffer trained,
            double normalizer,
            int attempt) {
        try (var writer =
                UpdateWriter.open(connection, federation.topics(), id, Duration.ofSeconds(30))) {
            var update =
                    new LocalUpdate(
                            plan.model(),
                            new UpdateId(plan.round(), attempt, 77L * plan.round() + attempt),
                            plan.baseVersion(),
                            plan.codec(),
                            64,
                            plan.assignment(id).orElseThrow().localSteps(),
                            normalizer,
                            1,
                            2);
            assertThat(writer.write(update, global, trained).norm()).isPositive();
        }
    }
}
