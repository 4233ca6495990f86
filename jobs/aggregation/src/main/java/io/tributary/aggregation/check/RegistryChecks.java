package io.tributary.aggregation.check;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.registry.SchemaRegistryException;
import java.util.List;
import java.util.Map;

/** Whether the schema registry, if there is one, has a number for all that the job writes. */
public final class RegistryChecks {

    private static final String CHECK = "schema registry";

    private RegistryChecks() {}

    /**
     * Asks the registry, and changes nothing in it.
     *
     * @param writes types of record by topic
     */
    public static List<Finding> of(
            KafkaConnection connection, Map<String, List<Class<? extends Record>>> writes) {
        return of(connection, writes, false);
    }

    /**
     * The same for a job that starts: registers what is not there, if that is allowed.
     *
     * @param writes types of record by topic
     */
    public static List<Finding> registering(
            KafkaConnection connection, Map<String, List<Class<? extends Record>>> writes) {
        return of(connection, writes, true);
    }

    private static List<Finding> of(
            KafkaConnection connection,
            Map<String, List<Class<? extends Record>>> writes,
            boolean starts) {
        var registry = connection.registry();
        if (registry == null) {
            return List.of();
        }
        try {
            registry.ids().ping();
            var written = connection.writtenIds();
            if (written == null) {
                return List.of(
                        Finding.ok(CHECK, registry + " answers; the job only reads with it"));
            }
            if (registry.autoRegister() && !starts) {
                return List.of(
                        Finding.ok(
                                CHECK,
                                registry
                                        + " answers; the job registers what is not there when it starts"));
            }
            writes.forEach(written::prepare);
        } catch (SchemaRegistryException e) {
            return List.of(
                    Finding.problem(
                            CHECK,
                            e.getMessage(),
                            "without kafka.schema-registry.url the job needs none"));
        }
        return List.of(
                Finding.ok(
                        CHECK,
                        "%s has the schemas of all that the job writes".formatted(registry)));
    }
}
