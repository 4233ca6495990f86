package io.tributary.aggregation;

import io.tributary.operators.flink.Bootstrap;
import io.tributary.operators.flink.ChunkKey;
import io.tributary.operators.flink.CoordinatorEvent;
import io.tributary.operators.flink.PublishUpdate;
import io.tributary.operators.flink.RelayCoordinator;
import io.tributary.operators.flink.SumChunk;
import io.tributary.operators.round.RelayPlan;
import io.tributary.schemas.round.RoundEntry;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.SiloRecord;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.schemas.wire.SchemaIds;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.jspecify.annotations.Nullable;

/**
 * Updates of a region's silos in, one update of the parent federation out per round.
 *
 * <p>Updates are validated and tracked as by the aggregation job. A chunk's owner adds up its rows
 * and sends the sum; the parent's plans and outcomes take the place of versions.
 *
 * @param plan what the operator of the relay decided
 * @param bootstrap the parent's newest version, and the region's open plan
 * @param parentPlan the parent's newest plan, if it is of a round after that version
 * @param uploadTimeoutMillis how long after its first record an upload may take to become readable
 * @param ids what the numbers of a schema registry mean
 */
public record RelayTopology(
        RelayPlan plan,
        Bootstrap bootstrap,
        @Nullable RoundPlan parentPlan,
        long uploadTimeoutMillis,
        SchemaIds ids) {

    /**
     * Where results go. Each is handed the stream it is to write.
     *
     * @param chunks pieces of the region's sum, to the parent
     * @param manifests what they add up to, to the parent
     * @param presence the region's signs of life, to the parent
     * @param rounds plans and ends of the region's rounds, in order
     * @param rejected what did not make it into a sum, and why
     */
    public record Sinks(
            Consumer<DataStream<UpdateChunk>> chunks,
            Consumer<DataStream<UpdateManifest>> manifests,
            Consumer<DataStream<SiloPresence>> presence,
            Consumer<DataStream<RoundEntry>> rounds,
            Consumer<DataStream<RejectedUpdate>> rejected) {}

    /**
     * @param updates everything on the topics of the region's silos
     * @param parentRounds the parent's rounds topic
     */
    public void define(
            DataStream<SiloRecord> updates, DataStream<RoundEntry> parentRounds, Sinks sinks) {

        var version = bootstrap.version();
        var layout = version.layout();
        var model = plan.region().model();

        var checked = CheckedUpdates.of(updates, version, uploadTimeoutMillis, false, ids);

        var parent =
                parentRounds
                        .filter(entry -> isOf(model, entry))
                        .uid("select-model")
                        .name("Select model");

        var decisions =
                checked.events()
                        .keyBy(CoordinatorEvent::model)
                        .connect(parent.keyBy(entry -> model, Types.STRING))
                        .process(new RelayCoordinator(plan, bootstrap, parentPlan))
                        .uid("coordinate-region")
                        .name("Coordinate region");

        var chunkKey = TypeInformation.of(ChunkKey.class);
        var chunks =
                checked.byChunk()
                        .connect(decisions.keyBy(command -> command.key(), chunkKey))
                        .process(new SumChunk(layout, version.version()))
                        .uid("sum-chunk")
                        .name("Sum chunk");

        var manifests =
                chunks.getSideOutput(SumChunk.DONE)
                        .keyBy(piece -> piece.model(), Types.STRING)
                        .connect(
                                decisions
                                        .getSideOutput(RelayCoordinator.DRAFTS)
                                        .keyBy(draft -> draft.model(), Types.STRING))
                        .process(new PublishUpdate(layout))
                        .uid("publish-update")
                        .name("Publish update");

        sinks.chunks().accept(chunks);
        sinks.manifests().accept(manifests);
        sinks.presence().accept(decisions.getSideOutput(RelayCoordinator.PRESENCE));
        sinks.rounds().accept(decisions.getSideOutput(RelayCoordinator.ROUNDS));
        sinks.rejected()
                .accept(checked.rejected(decisions.getSideOutput(RelayCoordinator.REJECTED)));
    }

    private static boolean isOf(String model, RoundEntry entry) {
        var plan = entry.plan();
        var outcome = entry.outcome();
        return (plan != null && plan.model().equals(model))
                || (outcome != null && outcome.model().equals(model));
    }
}
