package io.tributary.operators.flink;

import io.tributary.schemas.update.UpdateChunk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are kept as they came, one part of a chunk's.
 *
 * <p>Where rows are memory, the state has no more of them than where they lie on the log: a
 * checkpoint does not write them, and a task that is started anew reads them again when they are
 * needed. Where they are state, the state backend keeps them, on disk if it is one that does. A row
 * whose place is not known is state in any case.
 */
final class HeldRows {

    /** Reads a row from the log again. */
    @FunctionalInterface
    interface Recall {
        UpdateChunk read(RowKey key, RowPlace place);
    }

    private final MapState<RowKey, UpdateChunk> state;
    private final @Nullable MapState<RowKey, RowPlace> onTheLog;
    private final Map<ChunkKey, Map<RowKey, UpdateChunk>> memory = new HashMap<>();
    private final Recall recall;
    private @Nullable ChunkKey current;

    private HeldRows(
            MapState<RowKey, UpdateChunk> state,
            @Nullable MapState<RowKey, RowPlace> onTheLog,
            Recall recall) {
        this.state = state;
        this.onTheLog = onTheLog;
        this.recall = recall;
    }

    /** Rows that are state. */
    static HeldRows inState(RuntimeContext runtime, String name) {
        return new HeldRows(
                rows(runtime, name),
                null,
                (key, place) -> {
                    throw new IllegalStateException("no row of these was ever left on the log");
                });
    }

    /**
     * Rows that are memory; state of an earlier build, in which they were state, is taken as it is.
     */
    static HeldRows inMemory(RuntimeContext runtime, String name, Recall recall) {
        var places =
                runtime.getMapState(
                        new MapStateDescriptor<>(
                                name + "-on-the-log",
                                TypeInformation.of(RowKey.class),
                                TypeInformation.of(RowPlace.class)));
        return new HeldRows(rows(runtime, name), places, recall);
    }

    private static MapState<RowKey, UpdateChunk> rows(RuntimeContext runtime, String name) {
        return runtime.getMapState(
                new MapStateDescriptor<>(
                        name,
                        TypeInformation.of(RowKey.class),
                        TypeInformation.of(UpdateChunk.class)));
    }

    /** What follows is about this chunk, as it is about its state. */
    void at(ChunkKey chunk) {
        current = chunk;
    }

    /**
     * @param place where it can be read again; null if that is not known
     */
    void put(RowKey key, UpdateChunk chunk, @Nullable RowPlace place) throws Exception {
        if (onTheLog != null && place != null && place.isKnown()) {
            onTheLog.put(key, place);
            memory.computeIfAbsent(current, c -> new HashMap<>()).put(key, chunk);
        } else {
            state.put(key, chunk);
        }
    }

    boolean contains(RowKey key) throws Exception {
        return (onTheLog != null && onTheLog.contains(key)) || state.contains(key);
    }

    @Nullable UpdateChunk get(RowKey key) throws Exception {
        var place = onTheLog == null ? null : onTheLog.get(key);
        if (place == null) {
            return state.get(key);
        }
        var ofChunk = memory.computeIfAbsent(current, c -> new HashMap<>());
        var chunk = ofChunk.get(key);
        if (chunk == null) {
            chunk = recall.read(key, place);
            ofChunk.put(key, chunk);
        }
        return chunk;
    }

    void remove(RowKey key) throws Exception {
        state.remove(key);
        if (onTheLog != null) {
            onTheLog.remove(key);
        }
        var ofChunk = memory.get(current);
        if (ofChunk != null && ofChunk.remove(key) != null && ofChunk.isEmpty()) {
            memory.remove(current);
        }
    }

    List<RowKey> keys() throws Exception {
        var keys = new ArrayList<RowKey>();
        state.keys().forEach(keys::add);
        if (onTheLog != null) {
            onTheLog.keys().forEach(keys::add);
        }
        return keys;
    }

    void clear() {
        state.clear();
        if (onTheLog != null) {
            onTheLog.clear();
        }
        memory.remove(current);
    }
}
