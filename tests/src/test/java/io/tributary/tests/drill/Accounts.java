package io.tributary.tests.drill;

import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.tests.drill.FederationLog.Upload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * What became of every update that can be read: it is in a version, or was rejected, or nobody
 * knows.
 *
 * @param accepted uploads that are in a version, by the round they were trained for
 * @param rejected uploads with the reason they were first rejected for
 * @param unknown uploads of which nothing is said
 * @param overturned uploads that are in a version although they were rejected
 */
record Accounts(
        Map<Integer, List<Upload>> accepted,
        Map<Upload, RejectionReason> rejected,
        List<Upload> unknown,
        List<Upload> overturned) {

    private record Place(String silo, int partition, long offset) {}

    private record Attempt(String silo, int round, int attempt) {}

    /**
     * Settles the accounts. A rejection names the place of a manifest; one that names another place
     * (of a record that was read before the manifest) is for one upload of its attempt. An upload
     * may be rejected by a job and then be accepted by the next, which has started without state
     * and has opened the round once more: it counts as accepted, and as overturned.
     */
    static Accounts of(FederationLog log) {
        var cohorts = cohorts(log);
        var places = new HashSet<Place>();
        log.uploads().forEach(u -> places.add(place(u)));
        var byPlace = new HashMap<Place, RejectionReason>();
        var elsewhere = new HashMap<Attempt, Map<Place, RejectionReason>>();
        for (var refusal : log.rejected()) {
            var place = new Place(refusal.silo(), refusal.partition(), refusal.offset());
            if (places.contains(place)) {
                byPlace.putIfAbsent(place, refusal.reason());
            } else {
                elsewhere
                        .computeIfAbsent(attempt(refusal), a -> new LinkedHashMap<>())
                        .putIfAbsent(place, refusal.reason());
            }
        }
        var accounts =
                new Accounts(
                        new LinkedHashMap<>(),
                        new LinkedHashMap<>(),
                        new ArrayList<>(),
                        new ArrayList<>());
        uploads(log)
                .forEach(
                        (attempt, uploads) ->
                                accounts.settle(
                                        attempt,
                                        uploads,
                                        cohorts.contains(attempt),
                                        byPlace,
                                        new ArrayDeque<>(
                                                elsewhere
                                                        .getOrDefault(attempt, Map.of())
                                                        .values())));
        return accounts;
    }

    private static Set<Attempt> cohorts(FederationLog log) {
        var cohorts = new HashSet<Attempt>();
        for (var version : log.manifests()) {
            for (var member : version.cohort()) {
                cohorts.add(new Attempt(member.silo(), member.round(), member.attempt()));
            }
        }
        return cohorts;
    }

    private static Map<Attempt, List<Upload>> uploads(FederationLog log) {
        var uploads = new LinkedHashMap<Attempt, List<Upload>>();
        for (var upload : log.uploads()) {
            uploads.computeIfAbsent(attempt(upload), a -> new ArrayList<>()).add(upload);
        }
        return uploads;
    }

    /** Of all uploads under one attempt. */
    private void settle(
            Attempt attempt,
            List<Upload> uploads,
            boolean inAVersion,
            Map<Place, RejectionReason> byPlace,
            Queue<RejectionReason> elsewhere) {
        var open = new ArrayList<>(uploads);
        open.removeIf(upload -> byPlace.containsKey(place(upload)));
        Upload member = null;
        if (inAVersion) {
            if (open.isEmpty()) {
                member = uploads.get(0);
                overturned.add(member);
            } else {
                member = open.remove(0);
            }
            accept(attempt, member);
        }
        for (var upload : uploads) {
            if (!upload.equals(member) && byPlace.containsKey(place(upload))) {
                rejected.put(upload, byPlace.get(place(upload)));
            }
        }
        for (var upload : open) {
            var reason = elsewhere.poll();
            if (reason != null) {
                rejected.put(upload, reason);
            } else if (inAVersion) {
                accept(attempt, upload); // one too many: nobody can tell which is in the version
            } else {
                unknown.add(upload);
            }
        }
    }

    private void accept(Attempt attempt, Upload upload) {
        accepted.computeIfAbsent(attempt.round(), r -> new ArrayList<>()).add(upload);
    }

    /** The uploads behind a member of a cohort; there should be one. */
    List<Upload> behind(CohortMember member) {
        return accepted.getOrDefault(member.round(), List.of()).stream()
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
