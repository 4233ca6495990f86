package io.tributary.cli.demo;

import io.tributary.kafka.topics.FederationTopics;
import io.tributary.silo.LocalTrainer;
import io.tributary.silo.SlowedTrainer;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The silo of a demo that is slower than the others.
 *
 * @param silo silo id; null for the last one
 * @param factor how many times as long its local steps take, from 1 to 1000
 */
public record SlowSilo(@Nullable String silo, double factor) {

    /**
     * @throws IllegalArgumentException if the factor is out of its range, or no silo can be called
     *     so
     */
    public SlowSilo {
        if (!(factor >= 1 && factor <= 1000)) {
            throw new IllegalArgumentException(
                    "a slow silo takes 1 to 1000 times as long, got %s".formatted(factor));
        }
        if (silo != null) {
            FederationTopics.checkSilo(silo);
        }
    }

    /**
     * Reads {@code SILO=FACTOR} or {@code FACTOR}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static SlowSilo parse(String text) {
        int equals = text.indexOf('=');
        var number = text.substring(equals + 1);
        double factor;
        try {
            factor = Double.parseDouble(number.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "needs SILO=FACTOR or FACTOR, such as names=4 or 4, got '%s'".formatted(text),
                    e);
        }
        return new SlowSilo(equals < 0 ? null : text.substring(0, equals).strip(), factor);
    }

    /**
     * Which of these it is.
     *
     * @param silos at least one
     * @throws IllegalArgumentException if it is none of them
     */
    public String among(Collection<String> silos) {
        var ordered = new TreeSet<>(silos);
        if (silo == null) {
            return ordered.last();
        }
        if (!ordered.contains(silo)) {
            throw new IllegalArgumentException(
                    "there is no silo '%s' to be slow; there are %s"
                            .formatted(silo, String.join(", ", ordered)));
        }
        return silo;
    }

    /** The trainers with that of the slow silo slowed. */
    public Map<String, LocalTrainer> slow(Map<String, ? extends LocalTrainer> trainers) {
        var slowed = new TreeMap<String, LocalTrainer>(trainers);
        slowed.computeIfPresent(
                among(trainers.keySet()), (id, trainer) -> new SlowedTrainer(factor, trainer));
        return slowed;
    }
}
