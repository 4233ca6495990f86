package io.tributary.tests.drill;

import io.tributary.operators.kernel.EncodedRows;
import io.tributary.operators.replay.ModelState;
import io.tributary.operators.replay.RecordedRound;
import io.tributary.operators.replay.RoundReplay;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.update.UpdateId;
import io.tributary.tests.drill.Violation.Law;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The same federation without a fault: from the seed's parameters, in memory, every version is made
 * of what the silos of its cohort must have sent for its plan. Of what they did send, nothing is
 * read. The arithmetic is the job's own, which has reference tests of its own: what is shown here
 * is that faults change nothing.
 *
 * @param deltas what silos make of a round
 * @param genesis parameters of version 0
 */
record Undisturbed(DrillDeltas deltas, ParameterBuffer genesis) {

    /**
     * Makes every version that is on the log, and compares digests. Ends with the first that
     * differs.
     */
    List<Violation> check(FederationLog log) {
        var versions = new TreeMap<Integer, ModelVersion>();
        log.manifests().forEach(m -> versions.putIfAbsent(m.version(), m));
        var plans = new TreeMap<Integer, RoundPlan>();
        log.plans().forEach(p -> plans.put(p.round(), p));
        var accounts = Accounts.of(log);
        var state = new ModelState(copy(genesis), List.of(), null);
        for (int number = 1; versions.containsKey(number); number++) {
            var version = versions.get(number);
            var base = versions.get(version.baseVersion());
            var plan = plans.get(number);
            if (base == null || plan == null) {
                return List.of(
                        Violation.of(
                                Law.SAME_BITS,
                                "version %s cannot be made again: its base or its plan is missing",
                                number));
            }
            try {
                var round =
                        new RecordedRound(
                                plan, List.of(), base, version, uploads(accounts, version));
                var replay = RoundReplay.asPublished(round, state, null);
                var difference = make(replay, plan, version, published(base, state));
                if (difference.isPresent()) {
                    return List.of(difference.get());
                }
                state = replay.after();
            } catch (IllegalArgumentException e) {
                return List.of(
                        Violation.of(
                                Law.SAME_BITS,
                                "version %s cannot be made again: %s",
                                number,
                                e.getMessage()));
            }
        }
        return List.of();
    }

    private Optional<Violation> make(
            RoundReplay replay, RoundPlan plan, ModelVersion version, ParameterBuffer base) {
        for (var member : version.cohort()) {
            if (member.normalizer() != deltas.normalizer(plan, member.silo())) {
                return Optional.of(
                        Violation.of(
                                Law.SAME_BITS,
                                "version %s has an update of silo %s with normalizer %s, which sent %s",
                                version.version(),
                                member.silo(),
                                member.normalizer(),
                                deltas.normalizer(plan, member.silo())));
            }
            int steps = plan.assignment(member.silo()).map(SiloAssignment::localSteps).orElse(0);
            if (member.localSteps() != steps) {
                return Optional.of(
                        Violation.of(
                                Law.SAME_BITS,
                                "version %s has an update of silo %s of %s local steps, which took %s",
                                version.version(),
                                member.silo(),
                                member.localSteps(),
                                steps));
            }
        }
        int chunks = version.layout().chunkCount();
        if (replay.measures()) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                replay.measure(chunk, rows(plan, version, chunk, base));
            }
        }
        var crcs = new int[chunks];
        for (int chunk = 0; chunk < chunks; chunk++) {
            crcs[chunk] = replay.make(chunk, rows(plan, version, chunk, base)).crc32c();
        }
        var digest = ChunkDigest.of(crcs);
        return digest.equals(version.digest())
                ? Optional.empty()
                : Optional.of(
                        Violation.of(
                                Law.SAME_BITS,
                                "version %s has digest %s; its plan and its cohort %s make %s",
                                version.version(),
                                version.digest(),
                                version.cohort().stream().map(CohortMember::silo).toList(),
                                digest));
    }

    private EncodedRows rows(
            RoundPlan plan, ModelVersion version, int chunk, ParameterBuffer base) {
        var rows = new ArrayList<EncodedRows.Row>();
        for (var member : version.cohort()) {
            rows.add(
                    new EncodedRows.Row(
                            plan.codec(), deltas.payload(plan, member.silo(), chunk, base)));
        }
        return new EncodedRows(rows, version.layout().chunks().get(chunk).elements());
    }

    /** Only those who weigh the cohort read them; where one is missing, the checker says so. */
    private static List<UpdateId> uploads(Accounts accounts, ModelVersion version) {
        return version.cohort().stream()
                .map(
                        member ->
                                accounts.behind(member).stream()
                                        .map(upload -> upload.manifest().id())
                                        .findFirst()
                                        .orElse(new UpdateId(0, 0, 0)))
                .toList();
    }

    /** What the silos get of it. */
    private static ParameterBuffer published(ModelVersion version, ModelState state) {
        var published = ParameterBuffer.allocate(version.layout());
        for (var span : version.layout().chunks()) {
            var payload =
                    TensorCodec.encode(version.codec(), state.parameters().chunk(span.chunk()));
            TensorCodec.decode(
                    version.codec(), payload, span.elements(), published.chunk(span.chunk()));
        }
        return published;
    }

    private static ParameterBuffer copy(ParameterBuffer parameters) {
        var copy = ParameterBuffer.allocate(parameters.layout());
        copy.copyFrom(parameters);
        return copy;
    }
}
