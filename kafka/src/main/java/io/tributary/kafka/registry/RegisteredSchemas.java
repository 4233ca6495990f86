package io.tributary.kafka.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.Wire;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * What is known of a registry's numbers, and how more becomes known. What is known stays: a number
 * never means another schema. So a process that has met the numbers it needs goes on while the
 * registry is down.
 *
 * <p>Of the numbers that mean nothing, the last ones are remembered for a while, and each origin
 * may have only so many of them looked up ({@link LookupBudget}).
 *
 * <p>Thread-safe. A number that is known is found without a lock.
 */
final class RegisteredSchemas {

    /** Numbers of schemas that we know; a federation has some dozens. */
    private static final int MOST_KNOWN = 10_000;

    private static final int MOST_UNKNOWN = 1_000;

    /** How long a number stays unknown without being asked for again. */
    static final long FORGET_NANOS = 60_000_000_000L;

    private static final Map<RegistryConnection, RegisteredSchemas> SHARED =
            new ConcurrentHashMap<>();

    private record Written(String topic, Class<?> type) {}

    private record Unknown(String reason, long nanos) {}

    private final RegistryConnection connection;
    private final RegistryApi api;
    private final LongSupplier nanoTime;
    private final Map<Integer, Long> fingerprints = new ConcurrentHashMap<>();
    private final Map<Written, Integer> written = new ConcurrentHashMap<>();
    private final LookupBudget budget = new LookupBudget();
    private final Map<Integer, Unknown> unknown =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Integer, Unknown> eldest) {
                    return size() > MOST_UNKNOWN;
                }
            };

    /**
     * @param nanoTime a clock that only goes on
     */
    RegisteredSchemas(RegistryConnection connection, LongSupplier nanoTime) {
        this.connection = connection;
        this.api = new RegistryApi(connection);
        this.nanoTime = nanoTime;
    }

    /** The one of this process. */
    static RegisteredSchemas of(RegistryConnection connection) {
        return SHARED.computeIfAbsent(
                connection, key -> new RegisteredSchemas(key, System::nanoTime));
    }

    void ping() {
        api.ping();
    }

    /**
     * The fingerprint of the schema that a number stands for.
     *
     * @param origin for whose sake the registry is asked: a silo, or a topic
     * @throws MalformedRecordException if it stands for none that we know
     * @throws SchemaRegistryException if the registry cannot be asked
     */
    long fingerprint(int id, String origin) throws MalformedRecordException {
        var known = fingerprints.get(id);
        return known == null ? lookUp(id, origin) : known;
    }

    /**
     * The number that records of a type have on a topic.
     *
     * @throws SchemaRegistryException if the registry cannot be asked, or does not take the schema
     */
    int id(String topic, Class<? extends Record> type) {
        var key = new Written(connection.subjects() == SubjectNaming.RECORD ? "" : topic, type);
        var known = written.get(key);
        return known == null ? claim(key, topic, type) : known;
    }

    private synchronized int claim(Written key, String topic, Class<? extends Record> type) {
        var known = written.get(key);
        if (known != null) {
            return known; // another thread was first
        }
        var schema = Wire.schema(type);
        var subject = connection.subjects().subject(topic, schema.getFullName());
        int id =
                connection.autoRegister()
                        ? api.register(subject, schema.toString())
                        : api.lookUp(subject, schema.toString())
                                .orElseThrow(() -> notRegistered(subject));
        fingerprints.put(id, SchemaNormalization.parsingFingerprint64(schema));
        written.put(key, id);
        return id;
    }

    private SchemaRegistryException notRegistered(String subject) {
        return new SchemaRegistryException(
                "the schema registry at %s does not have our schema of subject %s; let somebody register it who may ('tributary topics register'), or allow automatic registration"
                        .formatted(connection, subject),
                null);
    }

    private synchronized long lookUp(int id, String origin) throws MalformedRecordException {
        var known = fingerprints.get(id);
        if (known != null) {
            return known; // another thread was first
        }
        if (!FederationTopics.isSiloOrItsTopic(origin)) {
            return learnt(id, api.schema(id).orElseThrow(() -> otherRegistry(id, origin)));
        }
        long now = nanoTime.getAsLong();
        var remembered = unknown.get(id);
        if (remembered != null && now - remembered.nanos() < FORGET_NANOS) {
            throw new MalformedRecordException(remembered.reason());
        }
        if (!budget.take(origin, now)) {
            throw new MalformedRecordException(
                    "schema id %s was not looked up: %s has had more than %s numbers looked up that nobody knew"
                            .formatted(id, origin, LookupBudget.AT_ONCE));
        }
        var answer = ask(id, origin);
        try {
            if (answer.isEmpty()) {
                throw new MalformedRecordException(
                        "schema id %s is none of the registry's".formatted(id));
            }
            return learnt(id, answer.get());
        } catch (MalformedRecordException e) {
            unknown.remove(id); // to be the youngest
            unknown.put(id, new Unknown(e.getMessage(), now));
            throw e;
        }
    }

    /** A question that gets no answer says nothing of who it was asked for. */
    private Optional<JsonNode> ask(int id, String origin) {
        try {
            return api.schema(id);
        } catch (RuntimeException e) {
            budget.giveBack(origin);
            throw e;
        }
    }

    /** Our own programs write what they have registered. */
    private SchemaRegistryException otherRegistry(int id, String topic) {
        return new SchemaRegistryException(
                "topic %s names a schema by number %s, which the schema registry at %s does not know; is it the registry of this cluster?"
                        .formatted(topic, id, connection),
                null);
    }

    private long learnt(int id, JsonNode answer) throws MalformedRecordException {
        long fingerprint = fingerprint(id, answer);
        if (fingerprints.size() >= MOST_KNOWN) {
            fingerprints.clear(); // somebody registers schemas to fill this
        }
        fingerprints.put(id, fingerprint);
        unknown.remove(id);
        return fingerprint;
    }

    private static long fingerprint(int id, JsonNode answer) throws MalformedRecordException {
        var type = answer.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO") || !answer.path("references").isEmpty()) {
            throw new MalformedRecordException(
                    "schema id %s is not a self-contained Avro schema".formatted(id));
        }
        long fingerprint;
        try {
            var schema = new Schema.Parser().parse(answer.path("schema").asText());
            fingerprint = SchemaNormalization.parsingFingerprint64(schema);
        } catch (RuntimeException | StackOverflowError e) { // whatever somebody has registered
            throw new MalformedRecordException(
                    "schema id %s is no Avro schema that can be read".formatted(id), e);
        }
        if (!Wire.knows(fingerprint)) {
            throw new MalformedRecordException(
                    "schema id %s (fingerprint %016x) is not a record of this federation, or of a newer version of it"
                            .formatted(id, fingerprint));
        }
        return fingerprint;
    }
}
