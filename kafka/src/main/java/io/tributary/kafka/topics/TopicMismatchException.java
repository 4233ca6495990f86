package io.tributary.kafka.topics;

import java.util.List;

/** Topics exist, but not as the federation needs them. */
public final class TopicMismatchException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<String> differences;

    TopicMismatchException(List<String> differences) {
        super(
                "existing topics differ from the catalogue: "
                        + String.join("; ", differences)
                        + ". Change them with kafka-topics or kafka-configs, or choose another"
                        + " federation name");
        this.differences = List.copyOf(differences);
    }

    /** One sentence per difference. */
    public List<String> differences() {
        return differences;
    }
}
