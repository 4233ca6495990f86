package io.tributary.schemas.wire;

import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * The schemas this version of Tributary reads, by fingerprint: the current one of every record
 * type, which it also writes, and older ones that may still be on the log.
 *
 * <p>Current schemas lie in {@code src/main/avro}. When one changes, its predecessor is kept as one
 * self-contained file in {@code src/main/avro/older} and named there in {@code index.txt}.
 */
final class KnownSchemas {

    /** Every record type that travels. */
    static final List<Class<? extends Record>> TYPES =
            List.of(
                    UpdateManifest.class,
                    UpdateChunk.class,
                    UpdateEnd.class,
                    RejectedUpdate.class,
                    RoundPlan.class,
                    RoundWeights.class,
                    RoundOutcome.class,
                    ModelChunk.class,
                    ModelVersion.class,
                    SiloPresence.class,
                    SiloEvaluation.class,
                    ControlCommand.class,
                    ControlOutcome.class);

    /** Types that several schemas name; parsed first. */
    private static final List<String> SHARED =
            List.of("Codec", "UpdateId", "ChunkRange", "Measurement", "CohortMember");

    private final Map<Class<?>, RecordCodec<?>> codecs = new HashMap<>();
    private final Map<Long, BodyReader<?>> readers = new HashMap<>();

    /**
     * @param codecs the current types
     * @param older earlier schemas of them
     * @throws IllegalArgumentException if an older schema is of no current type or cannot be
     *     resolved to it
     */
    KnownSchemas(List<RecordCodec<?>> codecs, List<Schema> older) {
        var byName = new HashMap<String, RecordCodec<?>>();
        for (var codec : codecs) {
            this.codecs.put(codec.type(), codec);
            byName.put(codec.schema().getFullName(), codec);
            add(codec, codec.schema());
        }
        for (var schema : older) {
            var codec = byName.get(schema.getFullName());
            if (codec == null) {
                throw new IllegalArgumentException(
                        "older schema %s is of no known record type"
                                .formatted(schema.getFullName()));
            }
            add(codec, schema);
        }
    }

    /** The schemas in this module's resources. */
    static KnownSchemas load() {
        var parser = new Schema.Parser();
        SHARED.forEach(name -> parser.parse(resource(name + ".avsc")));
        var codecs = new ArrayList<RecordCodec<?>>();
        for (var type : TYPES) {
            var schema = parser.parse(resource(type.getSimpleName() + ".avsc"));
            codecs.add(new RecordCodec<>(type, schema));
        }
        var older =
                resource("older/index.txt")
                        .lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(name -> new Schema.Parser().parse(resource("older/" + name)))
                        .toList();
        return new KnownSchemas(codecs, older);
    }

    /**
     * @throws IllegalArgumentException if the type is unknown
     */
    RecordCodec<?> codec(Class<?> type) {
        var codec = codecs.get(type);
        if (codec == null) {
            throw new IllegalArgumentException(
                    "%s does not travel: it has no schema".formatted(type.getName()));
        }
        return codec;
    }

    /**
     * @throws MalformedRecordException if no schema has the fingerprint
     */
    BodyReader<?> reader(long fingerprint) throws MalformedRecordException {
        var reader = readers.get(fingerprint);
        if (reader == null) {
            throw new MalformedRecordException(
                    "unknown schema fingerprint %016x: not a record of this federation, or written by a newer version of it"
                            .formatted(fingerprint));
        }
        return reader;
    }

    /** Whether there is a reader for a fingerprint. */
    boolean knows(long fingerprint) {
        return readers.containsKey(fingerprint);
    }

    private void add(RecordCodec<?> codec, Schema writer) {
        readers.put(SchemaNormalization.parsingFingerprint64(writer), codec.reader(writer));
    }

    private static String resource(String name) {
        var path = "/io/tributary/schemas/avro/" + name;
        try (var stream = KnownSchemas.class.getResourceAsStream(path)) {
            if (stream == null) {
                throw new IllegalStateException(
                        "the schema resource %s is missing".formatted(path));
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the schema resource " + path, e);
        }
    }
}
