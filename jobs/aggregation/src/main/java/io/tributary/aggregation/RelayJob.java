package io.tributary.aggregation;

import static io.tributary.aggregation.AggregationJob.BOOTSTRAP_TIMEOUT;
import static io.tributary.aggregation.AggregationJob.sink;
import static io.tributary.aggregation.AggregationJob.source;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.CompleteVersions;
import io.tributary.kafka.client.RoundHistory;
import io.tributary.kafka.flink.JobSinks;
import io.tributary.kafka.flink.JobSources;
import io.tributary.kafka.flink.StartingPoint;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.operators.flink.Bootstrap;
import io.tributary.schemas.round.RoundPlan;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** Puts the topology of a relay between its Kafka sources and sinks. */
final class RelayJob {

    private RelayJob() {}

    /**
     * @param start the parent's newest version
     */
    static void define(
            StreamExecutionEnvironment environment,
            JobSettings settings,
            RelaySettings relay,
            CompleteVersions.Found start) {
        var region = settings.topics();
        var parent = relay.parent();
        var silo = relay.plan().relay();
        var connection = settings.connection();
        var sources =
                new JobSources(connection, region, settings.name(), settings.discoveryInterval());
        var parentSources =
                new JobSources(connection, parent, settings.name(), settings.discoveryInterval());
        var sinks =
                new JobSinks(
                        connection, region, settings.name() + ".", settings.transactionTimeout());
        // As of any silo of the parent: what it may write there is its own.
        var parentSinks =
                new JobSinks(connection, parent, relay.name() + ".", settings.transactionTimeout());

        var sinceVersion = StartingPoint.timestamp(start.version().chunksSinceMillis() + 1);
        var round = ParentRound.newest(connection, parent, start.version(), BOOTSTRAP_TIMEOUT);
        var sinceRound = StartingPoint.timestamp(round.sinceMillis());
        new RelayTopology(
                        relay.plan(),
                        new Bootstrap(
                                start.version(),
                                false,
                                regionPlan(connection, region, round),
                                List.of(),
                                List.of()),
                        round.plan(),
                        settings.uploadTimeout().toMillis(),
                        connection.schemaIds())
                .define(
                        source(environment, "updates", sources.updates(sinceVersion)),
                        source(environment, "parent-rounds", parentSources.rounds(sinceRound)),
                        new RelayTopology.Sinks(
                                stream ->
                                        sink(
                                                stream,
                                                "relayed-chunks",
                                                parentSinks.relayedChunks(silo)),
                                stream ->
                                        sink(
                                                stream,
                                                "relayed-manifests",
                                                parentSinks.relayedManifests(silo)),
                                stream -> sink(stream, "presence", parentSinks.presence(silo)),
                                stream -> sink(stream, "rounds", sinks.rounds()),
                                stream -> sink(stream, "rejected", sinks.rejected())));
    }

    /** The region's plan of the parent's round, if its silos may be at work on one already. */
    private static @Nullable RoundPlan regionPlan(
            KafkaConnection connection, FederationTopics region, ParentRound round) {
        var plan = round.plan();
        return plan == null
                ? null
                : new RoundHistory(connection, region, plan.model(), BOOTSTRAP_TIMEOUT)
                        .newestPlan(plan.round())
                        .orElse(null);
    }
}
