package io.tributary.aggregation;

import io.tributary.operators.flink.AggregateChunk;
import io.tributary.operators.flink.Bootstrap;
import io.tributary.operators.flink.ChunkKey;
import io.tributary.operators.flink.ChunkSeen;
import io.tributary.operators.flink.ConfirmVersion;
import io.tributary.operators.flink.CoordinatorEvent;
import io.tributary.operators.flink.FetchVersion;
import io.tributary.operators.flink.PublishVersion;
import io.tributary.operators.flink.ReadBackModel;
import io.tributary.operators.flink.ReadCommand;
import io.tributary.operators.flink.RoundCoordinator;
import io.tributary.operators.flink.RowMemory;
import io.tributary.operators.flink.SpreadWeights;
import io.tributary.operators.flink.UpdateArchive;
import io.tributary.operators.flink.VersionArchive;
import io.tributary.operators.flink.WeighCohort;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.operators.round.FederationPlan;
import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundEntry;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.SiloRecord;
import io.tributary.schemas.wire.SchemaIds;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Updates in, one robust server step per chunk and round, new model versions out.
 *
 * <p>Tensors flow once, from the log through the owner of their chunk to the log. Decisions are
 * small and flow beside them. What is published is read back, because a version exists when readers
 * can read it and not when a sink says so.
 *
 * @param plan what the operator of the federation decided
 * @param bootstrap where a job without state begins
 * @param noise what rules that add noise draw it with
 * @param archive versions to roll back to
 * @param sent what silos have sent, to be read again
 * @param memory what of a round is made again from that after a restart
 * @param uploadTimeoutMillis how long after its first record an upload may take to become readable
 * @param ids what the numbers of a schema registry mean
 */
public record AggregationTopology(
        FederationPlan plan,
        Bootstrap bootstrap,
        NoiseSettings noise,
        VersionArchive archive,
        UpdateArchive sent,
        RowMemory memory,
        long uploadTimeoutMillis,
        SchemaIds ids) {

    /**
     * Where results go. Each is handed the stream it is to write.
     *
     * @param models chunks of new versions
     * @param versions manifests of new versions
     * @param rounds plans of rounds, their extensions and ends, in order, and weights of cohorts
     * @param rejected what did not make it into a version, and why
     */
    public record Sinks(
            Consumer<DataStream<ModelChunk>> models,
            Consumer<DataStream<ModelVersion>> versions,
            Consumer<DataStream<RoundEntry>> rounds,
            Consumer<DataStream<RejectedUpdate>> rejected) {}

    /**
     * @param updates everything on the silos' topics
     * @param publishedVersions the versions topic, read back
     * @param publishedWeights the weights on the rounds topic, read back
     * @param publishedChunks the models and genesis topics, read back
     * @param control commands of operators
     */
    public void define(
            DataStream<SiloRecord> updates,
            DataStream<ModelVersion> publishedVersions,
            DataStream<RoundWeights> publishedWeights,
            DataStream<ModelChunk> publishedChunks,
            DataStream<CommandRecord> control,
            Sinks sinks) {

        var model = plan.model();

        var checked =
                CheckedUpdates.of(updates, bootstrap.version(), uploadTimeoutMillis, true, ids);

        var readBack =
                publishedChunks
                        .process(new ReadBackModel(bootstrap))
                        .uid("read-back-model")
                        .name("Read back model");

        var confirmed =
                publishedVersions
                        .filter(version -> version.model().equals(model))
                        .uid("select-model")
                        .name("Select model")
                        .map(ChunkSeen::of)
                        .uid("read-back-version")
                        .name("Read back version")
                        .union(readBack)
                        .keyBy(ChunkSeen::version)
                        .process(new ConfirmVersion(bootstrap.version().version()))
                        .uid("confirm-version")
                        .name("Confirm version");

        var commands =
                control.process(new ReadCommand(model, archive))
                        .uid("read-command")
                        .name("Read command")
                        .setParallelism(1);

        var decisions =
                checked.events()
                        .union(confirmed, commands)
                        .keyBy(CoordinatorEvent::model)
                        .process(new RoundCoordinator(plan, bootstrap, noise, archive))
                        .uid("coordinate-rounds")
                        .name("Coordinate rounds");

        var weights =
                publishedWeights
                        .flatMap(new SpreadWeights(bootstrap))
                        .uid("spread-weights")
                        .name("Spread weights");

        var returning =
                decisions
                        .getSideOutput(RoundCoordinator.SEEDS)
                        .process(new FetchVersion(bootstrap, archive))
                        .uid("fetch-version")
                        .name("Fetch version")
                        .setParallelism(1);

        var chunkKey = TypeInformation.of(ChunkKey.class);
        var chunks =
                checked.byChunk()
                        .connect(
                                decisions
                                        .union(
                                                readBack.getSideOutput(ReadBackModel.SEEDS),
                                                weights,
                                                returning)
                                        .keyBy(command -> command.key(), chunkKey))
                        .process(new AggregateChunk(bootstrap, noise, plan.pace(), sent, memory))
                        .uid("aggregate-chunk")
                        .name("Aggregate chunk");

        var weighed =
                chunks.getSideOutput(AggregateChunk.PRODUCTS)
                        .keyBy(part -> part.model(), Types.STRING)
                        .connect(
                                decisions
                                        .getSideOutput(RoundCoordinator.WEIGHINGS)
                                        .keyBy(order -> order.model(), Types.STRING))
                        .process(new WeighCohort(bootstrap))
                        .uid("weigh-cohort")
                        .name("Weigh cohort")
                        .map(RoundEntry::of)
                        .uid("enter-weights")
                        .name("Enter weights");

        var versions =
                chunks.getSideOutput(AggregateChunk.DONE)
                        .keyBy(done -> done.model(), Types.STRING)
                        .connect(
                                decisions
                                        .getSideOutput(RoundCoordinator.DRAFTS)
                                        .keyBy(draft -> draft.model(), Types.STRING))
                        .process(new PublishVersion(bootstrap))
                        .uid("publish-version")
                        .name("Publish version");

        sinks.models().accept(chunks);
        sinks.versions().accept(versions);
        sinks.rounds().accept(decisions.getSideOutput(RoundCoordinator.ROUNDS).union(weighed));
        sinks.rejected()
                .accept(checked.rejected(decisions.getSideOutput(RoundCoordinator.REJECTED)));
    }
}
