package io.tributary.kafka.registry;

import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.SchemaIds;
import java.util.Collection;

/**
 * The numbers of a registry, for readers and writers. Travels; what it knows is shared by all of
 * its kind in a process.
 */
public final class RegistryIds implements SchemaIds {

    private static final long serialVersionUID = 1;

    private final RegistryConnection connection;
    private transient RegisteredSchemas schemas;

    RegistryIds(RegistryConnection connection) {
        this.connection = connection;
    }

    @Override
    public long fingerprint(int id, String origin) throws MalformedRecordException {
        return schemas().fingerprint(id, origin);
    }

    /**
     * The number that records of a type have on a topic. Registers their schema, if it is the first
     * time and allowed.
     *
     * @throws SchemaRegistryException if the registry cannot be asked, or does not take the schema
     */
    public int id(String topic, Class<? extends Record> type) {
        return schemas().id(topic, type);
    }

    /**
     * Gets the numbers of types before they are needed.
     *
     * @throws SchemaRegistryException if the registry cannot be asked, or does not take a schema
     */
    public void prepare(String topic, Collection<Class<? extends Record>> types) {
        for (var type : types) {
            var unused = id(topic, type);
        }
    }

    /**
     * Whether the registry is there.
     *
     * @throws SchemaRegistryException if it is not, or refuses the caller
     */
    public void ping() {
        schemas().ping();
    }

    private RegisteredSchemas schemas() {
        if (schemas == null) {
            schemas = RegisteredSchemas.of(connection);
        }
        return schemas;
    }
}
