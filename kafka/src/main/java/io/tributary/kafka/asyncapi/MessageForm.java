package io.tributary.kafka.asyncapi;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is around the value of a record: its key and its headers, as {@link
 * io.tributary.kafka.records.FederationRecords} writes them.
 *
 * @param key what its key looks like
 * @param headers their names, in order
 */
record MessageForm(Key key, List<String> headers) {

    /** What a key is for, and looks like. */
    enum Key {
        NONE("", ""),
        CHUNK("[0-9]+", "Index of the chunk in the layout."),
        MODEL("[a-z0-9-]{1,63}", "Name of the model line."),
        MODEL_VERSION("[a-z0-9-]{1,63}/[0-9]+", "Model line and version; the topic is compacted."),
        MODEL_CHUNK(
                "[a-z0-9-]{1,63}/[0-9]+/[0-9]+(/[0-9]+)?",
                "Model line, version and chunk; of a moment, also its part."),
        SILO("[a-z0-9-]{1,63}", "Silo id.");

        private final String pattern;
        private final String meaning;

        Key(String pattern, String meaning) {
            this.pattern = pattern;
            this.meaning = meaning;
        }

        /** A regular expression for the whole key. */
        String pattern() {
            return "^" + pattern + "$";
        }

        String meaning() {
            return meaning;
        }
    }

    private static final Map<Class<? extends Record>, MessageForm> FORMS =
            Map.ofEntries(
                    form(SiloPresence.class, Key.NONE, "round", "silo"),
                    form(SiloEvaluation.class, Key.NONE, "version", "silo"),
                    form(UpdateManifest.class, Key.NONE, "round", "silo"),
                    form(UpdateChunk.class, Key.CHUNK, "round", "silo"),
                    form(UpdateEnd.class, Key.NONE, "round", "silo"),
                    form(RoundPlan.class, Key.MODEL, "round"),
                    form(RoundWeights.class, Key.MODEL, "round"),
                    form(RoundOutcome.class, Key.MODEL, "round"),
                    form(ControlOutcome.class, Key.MODEL, "round"),
                    form(ModelChunk.class, Key.MODEL_CHUNK, "version"),
                    form(ModelVersion.class, Key.MODEL_VERSION, "version"),
                    form(ControlCommand.class, Key.MODEL),
                    form(RejectedUpdate.class, Key.SILO, "round", "silo"));

    private static Map.Entry<Class<? extends Record>, MessageForm> form(
            Class<? extends Record> type, Key key, String... more) {
        var headers = new ArrayList<>(List.of("type", "model"));
        headers.addAll(List.of(more));
        return Map.entry(type, new MessageForm(key, List.copyOf(headers)));
    }

    /**
     * @throws IllegalArgumentException if the type does not travel
     */
    static MessageForm of(Class<? extends Record> type) {
        var form = FORMS.get(type);
        if (form == null) {
            throw new IllegalArgumentException(
                    "%s has no message form; add it here".formatted(type.getSimpleName()));
        }
        return form;
    }
}
