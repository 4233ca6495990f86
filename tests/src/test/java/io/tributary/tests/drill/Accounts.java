package io.tributary.tests.drill;

import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.tests.drill.FederationLog.Upload;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of every update that can be read: it is in a version, or was rejected, or nobody
 * knows.
 *
 * @param accepted uploads by the version they are in
 * @param rejected uploads with the reason they were first rejected for
 * @param unknown uploads of which nothing is said
 */
record Accounts(
        Map<Integer, List<Upload>> accepted,
        Map<Upload, RejectionReason> rejected,
        List<Upload> unknown) {

    private record Place(String silo, int partition, long offset) {}

    private record Attempt(String silo, int round, int attempt) {}

    /**
     * Settles the accounts. A rejection names the place of a manifest; one that names another place
     * (of a chunk that was read before it) is told by its attempt. An upload may be rejected by a
     * job and then be accepted by the next, which has started without state and has opened the
     * round once more: it counts as accepted.
     */
    static Accounts of(FederationLog log) {
        var cohorts = new HashSet<Attempt>();
        for (var version : log.manifests()) {
            for (var member : version.cohort()) {
                cohorts.add(new Attempt(member.silo(), round(version), member.attempt()));
            }
        }
        var places = new HashSet<Place>();
        log.uploads().forEach(u -> places.add(place(u)));
        var byPlace = new LinkedHashMap<Place, RejectionReason>();
        var byAttempt = new LinkedHashMap<Attempt, RejectionReason>();
        for (var refusal : log.rejected()) {
            var place = new Place(refusal.silo(), refusal.partition(), refusal.offset());
            if (places.contains(place)) {
                byPlace.putIfAbsent(place, refusal.reason());
            } else {
                byAttempt.putIfAbsent(attempt(refusal), refusal.reason());
            }
        }
        var accepted = new LinkedHashMap<Integer, List<Upload>>();
        var rejected = new LinkedHashMap<Upload, RejectionReason>();
        var unknown = new ArrayList<Upload>();
        var inAVersion = new HashSet<Attempt>();
        for (var upload : log.uploads()) {
            if (cohorts.contains(attempt(upload)) && !byPlace.containsKey(place(upload))) {
                accepted.computeIfAbsent(attempt(upload).round(), r -> new ArrayList<>())
                        .add(upload);
                inAVersion.add(attempt(upload));
            }
        }
        for (var upload : log.uploads()) {
            var attempt = attempt(upload);
            var reason = byPlace.getOrDefault(place(upload), byAttempt.get(attempt));
            if (cohorts.contains(attempt) && inAVersion.add(attempt)) {
                accepted.computeIfAbsent(attempt.round(), r -> new ArrayList<>()).add(upload);
            } else if (byPlace.containsKey(place(upload)) || !inAVersion.contains(attempt)) {
                if (reason == null) {
                    unknown.add(upload);
                } else {
                    rejected.put(upload, reason);
                }
            }
        }
        return new Accounts(accepted, rejected, unknown);
    }

    /** The uploads behind a member of a cohort; there should be one. */
    List<Upload> behind(ModelVersion version, CohortMember member) {
        return accepted.getOrDefault(round(version), List.of()).stream()
                .filter(
                        u ->
                                u.silo().equals(member.silo())
                                        && u.manifest().id().attempt() == member.attempt())
                .toList();
    }

    /** How many were rejected for each reason. */
    Map<RejectionReason, Integer> reasons() {
        var reasons = new EnumMap<RejectionReason, Integer>(RejectionReason.class);
        rejected.values().forEach(reason -> reasons.merge(reason, 1, Integer::sum));
        return reasons;
    }

    /** The round the cohort of a version has trained for. */
    private static int round(ModelVersion version) {
        return version.version();
    }

    private static Place place(Upload upload) {
        return new Place(upload.silo(), upload.partition(), upload.offset());
    }

    private static Attempt attempt(Upload upload) {
        var id = upload.manifest().id();
        return new Attempt(upload.silo(), id.round(), id.attempt());
    }

    private static Attempt attempt(RejectedUpdate refusal) {
        return new Attempt(refusal.silo(), refusal.round(), refusal.attempt());
    }
}
