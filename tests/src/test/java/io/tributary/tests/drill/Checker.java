package io.tributary.tests.drill;

import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.wire.Wire;
import io.tributary.tests.drill.FederationLog.Row;
import io.tributary.tests.drill.FederationLog.StoredChunk;
import io.tributary.tests.drill.FederationLog.Upload;
import io.tributary.tests.drill.Violation.Law;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Judges a federation by what can be read of it. Pure: what it is given is all it knows, and it
 * knows nothing of what was done to the federation.
 */
final class Checker {

    /** Of a few sums and a quotient of numbers up to 1. */
    private static final double ROUNDING = 1e-12;

    private final FederationLog log;
    private final Accounts accounts;
    private final NavigableMap<Integer, ModelVersion> versions = new TreeMap<>();
    private final Map<Integer, RoundPlan> plans = new TreeMap<>();
    private final Set<StoredChunk> chunks;
    private final Map<String, Map<Integer, Set<Integer>>> rows = new TreeMap<>();
    private final List<Violation> violations = new ArrayList<>();

    private Checker(FederationLog log) {
        this.log = log;
        accounts = Accounts.of(log);
        log.manifests().forEach(m -> versions.putIfAbsent(m.version(), m));
        log.plans().forEach(p -> plans.put(p.round(), p));
        chunks = new HashSet<>(log.chunks());
        for (var row : log.rows()) {
            rows.computeIfAbsent(upload(row), u -> new TreeMap<>())
                    .computeIfAbsent(row.chunk(), c -> new HashSet<>())
                    .add(row.crc32c());
        }
    }

    /**
     * @param versions how many versions there should be besides version 0
     */
    static List<Violation> check(FederationLog log, int versions) {
        var checker = new Checker(log);
        checker.checkRecords();
        checker.checkNumbers(versions);
        checker.checkPlans();
        checker.checkManifests();
        for (var version : checker.versions.values()) {
            checker.checkChunks(version);
            checker.checkCohort(version);
        }
        checker.checkAccounts();
        return checker.violations;
    }

    /**
     * What only a job that has kept its state throughout promises. One that starts from the log
     * alone does not know what was rejected before it, and may open the same round once more.
     */
    static List<Violation> checkVerdicts(FederationLog log) {
        var checker = new Checker(log);
        for (var upload : checker.accounts.overturned()) {
            checker.fail(
                    Law.VERDICT_KEPT,
                    "attempt %s of silo %s for round %s, at offset %s of its topic, was rejected and"
                            + " is in a version",
                    upload.manifest().id().attempt(),
                    upload.silo(),
                    upload.manifest().id().round(),
                    upload.offset());
        }
        return checker.violations;
    }

    private void checkRecords() {
        for (var record : log.malformed()) {
            fail(
                    Law.READABLE,
                    "the record at offset %s of %s-%s cannot be read: %s",
                    record.offset(),
                    record.topic(),
                    record.partition(),
                    record.why());
        }
    }

    private void checkNumbers(int expected) {
        int last = versions.isEmpty() ? -1 : versions.lastKey();
        for (int number = 0; number <= last; number++) {
            if (!versions.containsKey(number)) {
                fail(Law.VERSIONS_CONTIGUOUS, "version %s has no manifest", number);
            }
        }
        if (last < expected) {
            fail(
                    Law.VERSIONS_CONTIGUOUS,
                    "the newest version is %s, and %s were to be made",
                    last,
                    expected);
        }
    }

    private void checkPlans() {
        var first = new TreeMap<Integer, RoundPlan>();
        for (var plan : log.plans()) {
            var before = first.putIfAbsent(plan.round(), plan);
            if (before != null && !Arrays.equals(Wire.encode(before), Wire.encode(plan))) {
                fail(
                        Law.ONE_PLAN,
                        "round %s was planned twice: %s, and %s",
                        plan.round(),
                        before,
                        plan);
            }
        }
    }

    private void checkManifests() {
        var first = new TreeMap<Integer, byte[]>();
        for (var manifest : log.manifests()) {
            var bytes = Wire.encode(manifest);
            var before = first.putIfAbsent(manifest.version(), bytes);
            if (before != null && !Arrays.equals(before, bytes)) {
                fail(
                        Law.ONE_MANIFEST,
                        "version %s was published twice, with digest %s and cohort %s, and with"
                                + " digest %s and cohort %s",
                        manifest.version(),
                        versions.get(manifest.version()).digest(),
                        silos(versions.get(manifest.version())),
                        manifest.digest(),
                        silos(manifest));
            }
        }
    }

    private void checkChunks(ModelVersion version) {
        var spans = version.layout().chunks();
        if (version.chunkVersions().length != spans.size()
                || version.chunkCrcs().length != spans.size()
                || !ChunkDigest.of(version.chunkCrcs()).equals(version.digest())) {
            fail(
                    Law.DIGEST_RIGHT,
                    "version %s has digest %s, and the checksums of its %s chunks have another",
                    version.version(),
                    version.digest(),
                    spans.size());
            return;
        }
        for (var span : spans) {
            int chunk = span.chunk();
            var named =
                    new StoredChunk(
                            version.chunkVersions()[chunk],
                            chunk,
                            0,
                            version.codec(),
                            version.codec().encodedBytes(span.elements()),
                            version.chunkCrcs()[chunk]);
            if (!chunks.contains(named)) {
                fail(
                        Law.CHUNKS_THERE,
                        "chunk %s of version %s, with checksum %08x, cannot be read",
                        chunk,
                        version.version(),
                        named.crc32c());
            }
        }
    }

    private void checkCohort(ModelVersion version) {
        if (version.rule().isEmpty()) {
            return; // given, not made
        }
        var plan = plans.get(version.version());
        if (plan == null) {
            fail(Law.COHORT_PLANNED, "version %s has no plan", version.version());
            return;
        }
        var planned = plan.silos().stream().map(SiloAssignment::silo).collect(Collectors.toSet());
        var seen = new HashSet<String>();
        for (var member : version.cohort()) {
            if (!seen.add(member.silo())) {
                fail(
                        Law.COHORT_PLANNED,
                        "silo %s is twice in the cohort of version %s",
                        member.silo(),
                        version.version());
            }
            if (!planned.contains(member.silo())) {
                fail(
                        Law.COHORT_PLANNED,
                        "silo %s is in the cohort of version %s, and not in its plan",
                        member.silo(),
                        version.version());
            }
            checkMember(version, member);
        }
        checkWeights(version, plan);
        if (version.cohort().size() < plan.quorum()) {
            fail(
                    Law.COHORT_PLANNED,
                    "version %s has a cohort of %s, below the quorum of %s",
                    version.version(),
                    version.cohort().size(),
                    plan.quorum());
        }
    }

    /** What a silo was planned with, scaled to a cohort of those who came. */
    private void checkWeights(ModelVersion version, RoundPlan plan) {
        var planned = new TreeMap<String, Double>();
        for (var member : version.cohort()) {
            plan.assignment(member.silo()).ifPresent(a -> planned.put(a.silo(), a.weight()));
        }
        double total = planned.values().stream().mapToDouble(w -> w).sum();
        for (var member : version.cohort()) {
            double weight = planned.getOrDefault(member.silo(), 0.0) / total;
            if (planned.containsKey(member.silo())
                    && Math.abs(member.weight() - weight) > ROUNDING) {
                fail(
                        Law.COHORT_PLANNED,
                        "silo %s is in version %s with weight %s, and its plan makes it %s",
                        member.silo(),
                        version.version(),
                        member.weight(),
                        weight);
            }
        }
    }

    private void checkMember(ModelVersion version, CohortMember member) {
        var uploads = accounts.behind(member);
        if (uploads.size() != 1) {
            fail(
                    Law.COHORT_UPLOADED,
                    "version %s contains attempt %s of silo %s, of which %s can be read that were"
                            + " not rejected",
                    version.version(),
                    member.attempt(),
                    member.silo(),
                    uploads.size());
            return;
        }
        var upload = uploads.get(0);
        if (!isWhole(upload, version.layout().chunkCount())) {
            fail(
                    Law.COHORT_UPLOADED,
                    "version %s contains attempt %s of silo %s, of which not all chunks can be"
                            + " read as its manifest announces them",
                    version.version(),
                    member.attempt(),
                    member.silo());
        }
        if (upload.manifest().baseVersion() != version.baseVersion()) {
            fail(
                    Law.COHORT_UPLOADED,
                    "version %s was made from version %s, the update of silo %s from version %s",
                    version.version(),
                    version.baseVersion(),
                    member.silo(),
                    upload.manifest().baseVersion());
        }
    }

    private boolean isWhole(Upload upload, int count) {
        var found = rows.getOrDefault(upload(upload), Map.of());
        var crcs = new int[count];
        for (int chunk = 0; chunk < count; chunk++) {
            var copies = found.getOrDefault(chunk, Set.of());
            if (copies.size() != 1) {
                return false;
            }
            crcs[chunk] = copies.iterator().next();
        }
        return ChunkDigest.of(crcs).equals(upload.manifest().chunksDigest());
    }

    private void checkAccounts() {
        for (var upload : accounts.unknown()) {
            fail(
                    Law.UPDATE_ACCOUNTED,
                    "attempt %s of silo %s for round %s, at offset %s of its topic, is in no"
                            + " version and was not rejected",
                    upload.manifest().id().attempt(),
                    upload.silo(),
                    upload.manifest().id().round(),
                    upload.offset());
        }
    }

    private static String upload(Upload upload) {
        return upload.silo() + " " + upload.manifest().id();
    }

    private static String upload(Row row) {
        return row.silo() + " " + row.id();
    }

    private static List<String> silos(ModelVersion version) {
        return version.cohort().stream().map(CohortMember::silo).toList();
    }

    private void fail(Law law, String detail, Object... values) {
        violations.add(Violation.of(law, detail, values));
    }
}
