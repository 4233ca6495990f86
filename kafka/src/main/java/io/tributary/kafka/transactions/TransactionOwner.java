package io.tributary.kafka.transactions;

import io.tributary.kafka.topics.FederationTopics;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whose a transaction is, as its transactional id tells: {@code <f>.<silo>.updates}, {@code
 * <f>.genesis.<model>} or {@code <f>.<model>.aggregation.<sink>.…}.
 *
 * @param kind what kind of program writes it
 * @param name the silo; or the model, and for a sink its name behind a slash; empty for others
 */
public record TransactionOwner(Kind kind, String name) {

    /** What writes to a federation's topics. */
    public enum Kind {
        /** The upload of a silo. */
        SILO,
        /** A sink of the aggregation job. */
        JOB,
        /** A version that is given: 0, or a seed. */
        GENESIS,
        /** None of these; or nobody the broker's coordinator knows of. */
        OTHER
    }

    private static final TransactionOwner OTHER = new TransactionOwner(Kind.OTHER, "");
    private static final String NAME = "([a-z0-9-]{1,63})";
    private static final Pattern SINK = Pattern.compile(NAME + "\\.aggregation\\.([a-z-]+)\\..*");
    private static final Pattern UPLOAD = Pattern.compile(NAME + "\\.updates");
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
        var sink = SINK.matcher(rest);
        if (sink.matches()) {
            return new TransactionOwner(Kind.JOB, sink.group(1) + "/" + sink.group(2));
        }
        var upload = UPLOAD.matcher(rest);
        if (upload.matches()) {
            return new TransactionOwner(Kind.SILO, upload.group(1));
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
            case OTHER -> "not of this federation's programs";
        };
    }
}
