package io.tributary.operators.round;

import io.tributary.operators.rule.AggregationRule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/**
 * Whom of the live silos to plan a round for: as many as the plan's {@link SampleSize} says, but at
 * least a quorum and whom the rule requires, and at most as many as the rule takes. Some rules do
 * not take everybody (SMEA looks at subsets), and a round that is planned for more than its rule is
 * defined for could never be closed.
 *
 * <p>Silos that the rule requires are always in. The others are drawn anew in each round: each has
 * the key {@code -ln(u) / w}, with {@code u} in (0, 1) the top 53 bits of the SHA-256 of seed,
 * round and silo id, and {@code w} its size by the plan's basis; the smallest keys are in. So the
 * first is drawn with a probability proportional to its size, the next likewise among the rest, and
 * so on (successive sampling without replacement). A key depends on its own silo only: the order of
 * the live silos does not matter, and one that was not drawn may leave without changing the sample.
 *
 * <p>Source of the keys: Efraimidis and Spirakis, Information Processing Letters 97 (2006),
 * algorithm A, whose {@code u^(1/w)} orders alike.
 */
final class CohortSample {

    private record Ticket(SiloStanding standing, double key) {}

    private CohortSample() {}

    /**
     * @param live at least the plan's minimum, with all whom the rule requires
     * @return in silo-id order
     */
    static List<SiloStanding> of(FederationPlan federation, List<SiloStanding> live, int round) {
        var rule = AggregationRule.parse(federation.rule());
        int least = federation.plannedOf(federation.minSilos());
        int size = federation.plannedOf(live.size());
        while (size > least
                && !FederationPlan.takes(federation.rule(), federation.fallback(), size)) {
            size--;
        }
        var required = new HashSet<>(rule.requiredRows());
        var sample = new ArrayList<SiloStanding>();
        var tickets = new ArrayList<Ticket>();
        for (var standing : live) {
            if (required.contains(standing.silo())) {
                sample.add(standing);
            } else {
                tickets.add(new Ticket(standing, key(federation, standing, round)));
            }
        }
        tickets.sort(
                Comparator.comparingDouble(Ticket::key)
                        .thenComparing(ticket -> ticket.standing().silo()));
        int more = Math.max(0, size - sample.size());
        tickets.subList(0, more).forEach(t -> sample.add(t.standing()));
        sample.sort(Comparator.comparing(SiloStanding::silo));
        return sample;
    }

    private static double key(FederationPlan federation, SiloStanding standing, int round) {
        double size =
                federation
                        .sampleBy()
                        .sizeOf(
                                standing,
                                federation.weightCap(),
                                federation.silosOf(standing.silo()));
        // The same on every machine, which Math.log does not promise.
        return -StrictMath.log(uniform(federation.seed(), round, standing.silo())) / size;
    }

    private static double uniform(long seed, int round, String silo) {
        var text = "sample %d %d %s".formatted(seed, round, silo);
        long bits = 0;
        byte[] digest = sha256(text.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < Long.BYTES; i++) {
            bits = bits << 8 | digest[i] & 0xff;
        }
        return ((bits >>> 11) + 0.5) * 0x1p-53;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
