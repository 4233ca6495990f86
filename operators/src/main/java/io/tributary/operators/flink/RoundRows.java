package io.tributary.operators.flink;

import io.tributary.operators.kernel.EncodedRows;
import io.tributary.operators.kernel.RowSource;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.FoldGrid;
import io.tributary.schemas.codec.SumCodec;
import io.tributary.schemas.update.UpdateChunk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/**
 * What rounds have brought for one chunk: rows, which of them count, and the running sum of a
 * folding rule.
 *
 * <p>A folding rule's rows are added to the sum as soon as their update is accepted, and dropped.
 * Other rules' rows are kept, still encoded. A relay's sum is added as it is, once all its parts
 * are there.
 */
final class RoundRows {

    private final Map<String, AggregationRule> rules = new HashMap<>();
    private final MapState<RowKey, UpdateChunk> rows;
    private final MapState<RowKey, UpdateChunk> secondParts;
    private final MapState<String, AcceptedRow> accepted;
    private final ValueState<double[]> sum;

    RoundRows(RuntimeContext runtime) {
        rows = rows(runtime, "rows");
        secondParts = rows(runtime, "second-parts");
        accepted =
                runtime.getMapState(
                        new MapStateDescriptor<>(
                                "accepted", Types.STRING, TypeInformation.of(AcceptedRow.class)));
        sum = runtime.getState(new ValueStateDescriptor<>("sum", BulkArraySerializer.doubles()));
    }

    private static MapState<RowKey, UpdateChunk> rows(RuntimeContext runtime, String name) {
        return runtime.getMapState(
                new MapStateDescriptor<>(
                        name,
                        TypeInformation.of(RowKey.class),
                        TypeInformation.of(UpdateChunk.class)));
    }

    /** Where rows are kept, by the part of the chunk that they are: there are two at most. */
    private MapState<RowKey, UpdateChunk> ofPart(int part) {
        return part == 0 ? rows : secondParts;
    }

    /**
     * A row has come. Of one that came before, or of another upload than the one that counts,
     * nothing is kept.
     *
     * @param elements values of the whole chunk
     * @return whether it counts already
     */
    boolean offer(String silo, UpdateChunk chunk, int elements) throws Exception {
        var key = new RowKey(silo, chunk.id());
        var held = ofPart(chunk.part());
        if (held.contains(key)) {
            return false; // the update was measured by the first copy of the row
        }
        var known = accepted.get(silo);
        if (known == null || known.id().round() != chunk.id().round()) {
            held.put(key, chunk);
            return false;
        }
        boolean counts = known.id().equals(chunk.id()) && !known.folded();
        if (counts) {
            take(known, chunk, elements);
        }
        return counts;
    }

    /**
     * From now on one row of this silo counts, and no other; it may have come already.
     *
     * @param elements values of the whole chunk
     */
    void accept(AcceptedRow row, int elements) throws Exception {
        accepted.put(row.silo(), row);
        var mine = new ArrayList<UpdateChunk>();
        for (int part = 0; part < SumCodec.MOST_PARTS; part++) {
            var held = ofPart(part);
            var others = new ArrayList<RowKey>();
            for (var key : held.keys()) {
                boolean sameRound = key.id().round() == row.id().round();
                if (key.silo().equals(row.silo()) && sameRound) {
                    others.add(key);
                }
            }
            for (var key : others) {
                if (key.id().equals(row.id())) {
                    mine.add(held.get(key));
                }
                held.remove(key);
            }
        }
        for (var chunk : mine) {
            take(row, chunk, elements);
        }
    }

    /** Adds an accepted row to the sum, or keeps it for the close. */
    private void take(AcceptedRow row, UpdateChunk chunk, int elements) throws Exception {
        if (rule(row.rule()).folding().isEmpty()) {
            rows.put(row.key(), chunk);
        } else if (row.sum()) {
            addParts(row, chunk, elements);
        } else {
            fold(row, chunk);
        }
    }

    private void fold(AcceptedRow row, UpdateChunk chunk) throws Exception {
        var running = running(chunk.elements());
        var encoded = new EncodedRows.Row(chunk.codec(), chunk.payload());
        new FoldGrid(row.foldQuantumExponent())
                .fold(
                        running,
                        new EncodedRows(List.of(encoded), running.length),
                        0,
                        rule(row.rule()).folding().orElseThrow().scale(row.contribution()));
        sum.update(running);
        accepted.put(row.silo(), row.asFolded());
    }

    private void addParts(AcceptedRow row, UpdateChunk newest, int elements) throws Exception {
        int parts = SumCodec.parts(elements);
        ofPart(newest.part()).put(row.key(), newest);
        for (int part = 0; part < parts; part++) {
            if (!ofPart(part).contains(row.key())) {
                return;
            }
        }
        var running = running(elements);
        var grid = new FoldGrid(row.foldQuantumExponent());
        var values = new double[Math.min(elements, SumCodec.PART_ELEMENTS)];
        for (int part = 0; part < parts; part++) {
            var chunk = ofPart(part).get(row.key());
            SumCodec.decode(chunk.payload(), chunk.elements(), values);
            grid.add(running, SumCodec.first(part), values, chunk.elements());
            ofPart(part).remove(row.key());
        }
        sum.update(running);
        accepted.put(row.silo(), row.asFolded());
    }

    private double[] running(int elements) throws Exception {
        var running = sum.value();
        return running == null ? new double[elements] : running;
    }

    /** The sum so far, in quanta; null before the first row. Whoever changes it owns it. */
    double @Nullable [] sum() throws Exception {
        return sum.value();
    }

    boolean areFolded(List<AcceptedRow> cohort) throws Exception {
        for (var row : cohort) {
            var known = accepted.get(row.silo());
            if (known == null || !known.folded()) {
                return false;
            }
        }
        return true;
    }

    boolean areHeld(List<AcceptedRow> cohort) throws Exception {
        for (var row : cohort) {
            if (!rows.contains(row.key())) {
                return false;
            }
        }
        return true;
    }

    /** The cohort's rows as they came, to be decoded where they are read. */
    RowSource held(List<AcceptedRow> cohort, int elements) throws Exception {
        var encoded = new ArrayList<EncodedRows.Row>();
        for (var row : cohort) {
            var chunk = rows.get(row.key());
            encoded.add(new EncodedRows.Row(chunk.codec(), chunk.payload()));
        }
        return new EncodedRows(encoded, elements);
    }

    /** Forgets everything. */
    void clear() {
        rows.clear();
        secondParts.clear();
        accepted.clear();
        sum.clear();
    }

    /**
     * Forgets the round, but keeps rows that a later one may take; of a silo, none of the uploads
     * it has sent already.
     *
     * @param first first round that a later one may take rows of
     * @param last last such round
     */
    void clearBut(int first, int last) throws Exception {
        for (int part = 0; part < SumCodec.MOST_PARTS; part++) {
            var held = ofPart(part);
            var gone = new ArrayList<RowKey>();
            for (var key : held.keys()) {
                var taken = accepted.get(key.silo());
                boolean isTaken = taken != null && taken.id().equals(key.id());
                if (isTaken || key.id().round() < first || key.id().round() > last) {
                    gone.add(key);
                }
            }
            for (var key : gone) {
                held.remove(key);
            }
        }
        accepted.clear();
        sum.clear();
    }

    AggregationRule rule(String specification) {
        return rules.computeIfAbsent(specification, AggregationRule::parse);
    }
}
