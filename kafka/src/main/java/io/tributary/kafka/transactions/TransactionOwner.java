package io.tributary.kafka.transactions;

import io.tributary.kafka.topics.FederationTopics;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whose a transaction is, as its transactional id tells: {@code <f>.<silo>.updates} and, while
 * {@code tributary doctor} measures its link, {@code <f>.<silo>.doctor}, {@code
 * <f>.<silo>.<model>.relayed-….…} of a silo that is a relay, {@code <f>.genesis.<model>}, {@code
 * <f>.<model>.aggregation.<sink>.…} or, of a relay in its region, {@code
 * <f>.<model>.relay.<sink>.…}, and {@code <f>.clock}.
 *
 * @param kind what kind of program writes it
 * @param name the silo; or the model, and for a sink its name behind a slash; empty for others
 */
public record TransactionOwner(Kind kind, String name) {

    /** What writes to a federation's topics. */
    public enum Kind {
        /** The upload of a silo, which may be a relay. */
        SILO,
        /** A sink of the aggregation job, or of a relay in its region. */
        JOB,
        /** A version that is given: 0, or a seed. */
        GENESIS,
        /** {@code tributary doctor}, which reads the broker's clock. */
        CLOCK,
        /** None of these; or nobody the broker's coordinator knows of. */
        OTHER
    }

    private static final TransactionOwner OTHER = new TransactionOwner(Kind.OTHER, "");
    private static final String NAME = "([a-z0-9-]{1,63})";
    private static final Pattern SINK =
            Pattern.compile(NAME + "\\.(?:aggregation|relay)\\.([a-z-]+)\\..*");
    private static final Pattern UPLOAD =
            Pattern.compile(NAME + "\\.(?:updates|doctor|[a-z0-9-]{1,63}\\.relayed-[a-z]+\\..*)");
    private static final Pattern GENESIS = Pattern.compile("genesis\\." + NAME);

    /**
     * @param transactionalId null if it is not known
     */
    public static TransactionOwner of(FederationTopics topics, @Nullable String transactionalId) {
        var prefix = topics.federation() + ".";
        if (transactionalId == null || !transactionalId.startsWith(prefix)) {
            return OTHER;
        }
        var rest = transactionalId.substring(prefix.length());
        if (rest.equals("clock")) {
            return new TransactionOwner(Kind.CLOCK, "");
        }
        // Before the sinks: a model line may be called as they are, and none of theirs is relayed.
        var upload = UPLOAD.matcher(rest);
        if (upload.matches()) {
            return new TransactionOwner(Kind.SILO, upload.group(1));
        }
        var sink = SINK.matcher(rest);
        if (sink.matches()) {
            return new TransactionOwner(Kind.JOB, sink.group(1) + "/" + sink.group(2));
        }
        var genesis = GENESIS.matcher(rest);
        return genesis.matches() ? new TransactionOwner(Kind.GENESIS, genesis.group(1)) : OTHER;
    }

    /** For people: {@code upload of silo acme}. */
    public String text() {
        return switch (kind) {
            case SILO -> "upload of silo " + name;
            case JOB -> "the job's sink " + name;
            case GENESIS -> "init of model " + name;
            case CLOCK -> "a look at the broker's clock";
            case OTHER -> "not of this federation's programs";
        };
    }
}
