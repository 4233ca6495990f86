package io.tributary.aggregation.replay;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.CohortUpdates;
import io.tributary.kafka.client.IncompleteVersionException;
import io.tributary.kafka.client.ModelReplica;
import io.tributary.kafka.client.RoundHistory;
import io.tributary.kafka.client.VersionNotOnLogException;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.operators.kernel.EncodedRows;
import io.tributary.operators.replay.Distance;
import io.tributary.operators.replay.MadeChunk;
import io.tributary.operators.replay.ModelState;
import io.tributary.operators.replay.RecordedRound;
import io.tributary.operators.replay.RoundReplay;
import io.tributary.operators.round.SnapshotParts;
import io.tributary.operators.rule.NoiseSource;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.update.UpdateChunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Derives a published version again, from what is on the log and nothing else: the state after the
 * nearest version that was published with all that its successor needs, and from there, round after
 * round, the plan, the cohort in the manifest and the cohort's updates.
 *
 * <p>Every update is read two or three times: to find it, for its inner products if the rule asks
 * for them, and to combine. In memory are the model, its moments, and one chunk of every update.
 *
 * @param connection the cluster
 * @param topics the federation
 * @param model name of the model line
 * @param noise the federation's noise; null where the secret is not known
 * @param timeout how long each reading of the log may take
 * @param progress hears how far it is
 */
public record VersionReplay(
        KafkaConnection connection,
        FederationTopics topics,
        String model,
        @Nullable NoiseSource noise,
        Duration timeout,
        ReplayProgress progress) {

    /**
     * Makes a version as it was made, and compares.
     *
     * @throws VersionNotOnLogException if it is not there, or what it was made from is not any more
     * @throws IncompleteVersionException if the version to start from cannot be read whole
     * @throws IllegalArgumentException if it cannot be made again, and why
     */
    public Replayed replay(int number) throws VersionNotOnLogException, IncompleteVersionException {
        var path = path(number);
        var rounds = new ArrayList<ReplayedRound>();
        replayTo(number, path, state(path.start()), rounds);
        return new Replayed(path.versions().get(number), path.start().version(), rounds);
    }

    /**
     * Makes something else of the updates of a version, and compares. The versions before it are
     * what they are.
     *
     * @param rule specification of another rule; null for the one of the version
     * @param serverOptimizer specification of another optimizer; null for the one of the version
     * @throws VersionNotOnLogException if it is not there, or what it was made from is not any more
     * @throws IncompleteVersionException if it, or the version to start from, cannot be read whole
     * @throws IllegalArgumentException if that rule has no answer for this round, and why
     */
    public Compared compare(int number, @Nullable String rule, @Nullable String serverOptimizer)
            throws VersionNotOnLogException, IncompleteVersionException {
        var path = path(number);
        var version = path.versions().get(number);
        var before = replayTo(version.baseVersion(), path, state(path.start()), new ArrayList<>());
        var distance = new Distance();
        var crcs = new int[version.layout().chunkCount()];
        RoundReplay made;
        try (var replica = ModelReplica.open(connection, topics, model)) {
            replica.download(version, timeout);
            made =
                    make(
                            path,
                            number,
                            (round, secret) ->
                                    RoundReplay.under(rule, serverOptimizer, round, before, secret),
                            chunk -> {
                                crcs[chunk.chunk()] = chunk.crc32c();
                                distance.add(chunk, values(replica, chunk.chunk()));
                            });
        }
        return new Compared(
                version,
                made.rule(),
                serverOptimizer == null ? version.serverOptimizer() : serverOptimizer,
                ChunkDigest.of(crcs),
                distance.norm(),
                distance.relative(),
                distance.cosine(),
                coefficients(made.weights()));
    }

    /**
     * What has to be gone through: a version to start from, and what is known of those after it.
     */
    private record Path(
            ModelVersion start,
            Map<Integer, ModelVersion> versions,
            Map<Integer, RoundHistory.Round> rounds) {}

    private Path path(int number) throws VersionNotOnLogException {
        var history = new RoundHistory(connection, topics, model, timeout);
        var versions = history.versions(0, number);
        var version = published(versions, number);
        if (version.cohort().isEmpty()) {
            throw new IllegalArgumentException(
                    "version %s of %s was given and not made by a round: there is nothing to replay"
                            .formatted(number, model));
        }
        var start = published(versions, version.baseVersion());
        while (start.version() != start.snapshotVersion() && SnapshotParts.of(start).count() > 0) {
            start = published(versions, start.baseVersion());
        }
        var wanted = new TreeSet<Integer>();
        for (int made = start.version() + 1; made <= number; made++) {
            wanted.add(made);
            checkNotRelayed(published(versions, made));
            for (var member : published(versions, made).cohort()) {
                wanted.add(member.round());
                published(versions, member.baseVersion());
            }
        }
        var rounds = history.rounds(wanted);
        wanted.removeAll(rounds.keySet());
        if (!wanted.isEmpty()) {
            throw new VersionNotOnLogException(
                    "the plan of round %s is not on %s any more: beyond its retention nothing can be replayed"
                            .formatted(wanted.first(), topics.rounds()));
        }
        return new Path(start, versions, rounds);
    }

    private ModelVersion published(NavigableMap<Integer, ModelVersion> versions, int number)
            throws VersionNotOnLogException {
        var version = versions.get(number);
        if (version == null) {
            var before = versions.floorKey(number);
            throw new VersionNotOnLogException(
                    "federation %s has no version %s of model %s; %s"
                            .formatted(
                                    topics.federation(),
                                    number,
                                    model,
                                    before == null
                                            ? "nor any before it"
                                            : "the newest before it is " + before));
        }
        return version;
    }

    /** What a relay added up is on the log of its region, and only the sum of it on this one. */
    private static void checkNotRelayed(ModelVersion version) {
        version.cohort().stream()
                .filter(member -> !member.relay().isEmpty())
                .findFirst()
                .ifPresent(
                        member -> {
                            throw new IllegalArgumentException(
                                    ("version %s holds the sum of region %s, of which silo %s is a"
                                                    + " part: versions with relayed sums cannot be replayed"
                                                    + " yet, nor those after them up to the next snapshot")
                                            .formatted(
                                                    version.version(),
                                                    member.relay(),
                                                    member.silo()));
                        });
    }

    private ModelState state(ModelVersion start) throws IncompleteVersionException {
        var parts = new ArrayList<ParameterBuffer>();
        for (int part = 0; part < SnapshotParts.of(start).count(); part++) {
            parts.add(ParameterBuffer.allocate(start.layout()));
        }
        try (var replica = ModelReplica.open(connection, topics, model)) {
            replica.download(start, parts, timeout);
            return ModelState.of(start, replica.parameters(), parts);
        }
    }

    /** Makes the versions up to this one as they were made. */
    private ModelState replayTo(int last, Path path, ModelState start, List<ReplayedRound> rounds)
            throws VersionNotOnLogException {
        var state = start;
        for (int number = path.start().version() + 1; number <= last; number++) {
            var version = path.versions().get(number);
            var crcs = new int[version.layout().chunkCount()];
            var before = state;
            var made =
                    make(
                            path,
                            number,
                            (round, secret) -> RoundReplay.asPublished(round, before, secret),
                            chunk -> crcs[chunk.chunk()] = chunk.crc32c());
            state = made.after();
            rounds.add(
                    new ReplayedRound(
                            number,
                            ChunkDigest.of(crcs),
                            version.digest(),
                            differing(crcs, version.chunkCrcs())));
        }
        return state;
    }

    private RoundReplay make(
            Path path,
            int number,
            BiFunction<RecordedRound, @Nullable NoiseSource, RoundReplay> begin,
            Consumer<MadeChunk> receiver)
            throws VersionNotOnLogException {
        var version = path.versions().get(number);
        var base = path.versions().get(version.baseVersion());
        var round = path.rounds().get(number);
        int chunks = version.layout().chunkCount();
        progress.on(number, ReplayProgress.Pass.FIND, 0, chunks);
        try (var updates =
                CohortUpdates.find(
                        connection,
                        topics,
                        path.versions().get(oldestBase(version)),
                        version,
                        round.uploads(version),
                        timeout)) {
            var recorded =
                    new RecordedRound(
                            round.plan(),
                            path.rounds().values().stream().map(RoundHistory.Round::plan).toList(),
                            base,
                            version,
                            updates.uploads());
            var replay = begin.apply(recorded, noise);
            if (replay.measures()) {
                var done = new int[1];
                updates.forEachChunk(
                        (chunk, rows) -> {
                            replay.measure(chunk, encoded(rows));
                            progress.on(number, ReplayProgress.Pass.MEASURE, ++done[0], chunks);
                        });
            }
            var done = new int[1];
            updates.forEachChunk(
                    (chunk, rows) -> {
                        receiver.accept(replay.make(chunk, encoded(rows)));
                        progress.on(number, ReplayProgress.Pass.MAKE, ++done[0], chunks);
                    });
            return replay;
        }
    }

    /** The version that the longest on its way of its updates was trained from. */
    private static int oldestBase(ModelVersion version) {
        return version.cohort().stream().mapToInt(CohortMember::baseVersion).min().orElseThrow();
    }

    private static EncodedRows encoded(List<UpdateChunk> rows) {
        return new EncodedRows(
                rows.stream().map(r -> new EncodedRows.Row(r.codec(), r.payload())).toList(),
                rows.get(0).elements());
    }

    private static List<Integer> differing(int[] made, int[] published) {
        var differing = new ArrayList<Integer>();
        for (int chunk = 0; chunk < made.length; chunk++) {
            if (made[chunk] != published[chunk]) {
                differing.add(chunk);
            }
        }
        return differing;
    }

    private static float[] values(ModelReplica replica, int chunk) {
        var view = replica.parameters().chunk(chunk);
        var values = new float[view.remaining()];
        view.get(values);
        return values;
    }

    private static Map<String, Double> coefficients(@Nullable RoundWeights weights) {
        var coefficients = new TreeMap<String, Double>();
        if (weights != null && weights.rows() == 0) {
            for (int i = 0; i < weights.silos().size(); i++) {
                coefficients.put(
                        weights.silos().get(i), weights.coefficients()[i] * weights.factor());
            }
        }
        return coefficients;
    }
}
