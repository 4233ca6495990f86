package io.tributary.aggregation.check;

import io.tributary.kafka.topics.FederationTopics;
import java.util.Collection;
import java.util.List;

/**
 * Whether a silo has a name that is somebody else's. A silo may use the transactional ids that
 * begin with {@code <federation>.<silo>.}; those of the job begin with its model line, and those of
 * whoever publishes version 0 with {@value #GENESIS}: a silo called so could end their
 * transactions.
 */
public final class SiloNameChecks {

    /** What the transactional ids begin with that version 0 is published with. */
    private static final String GENESIS = "genesis";

    private SiloNameChecks() {}

    /**
     * @param model the model line
     * @param existing names of topics that there are
     * @return nothing if all is well
     */
    public static List<Finding> of(
            FederationTopics topics, String model, Collection<String> existing) {
        return topics.bySilo(existing).keySet().stream()
                .filter(silo -> isTaken(model, silo))
                .map(silo -> warning(topics, silo))
                .toList();
    }

    /**
     * Whether a name is somebody else's already.
     *
     * @param model the model line
     */
    public static boolean isTaken(String model, String silo) {
        return silo.equals(model) || silo.equals(GENESIS);
    }

    private static Finding warning(FederationTopics topics, String silo) {
        var ids = "%s.%s.".formatted(topics.federation(), silo);
        return Finding.warning(
                "silo " + silo,
                "it is called like what is no silo's: with a right to transactional ids %s it could end transactions that are not its own"
                        .formatted(ids),
                "give it another id, and take that right from it");
    }
}
