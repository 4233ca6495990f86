package io.tributary.operators.flink;

import io.tributary.operators.kernel.EncodedRows;
import io.tributary.operators.kernel.RowSource;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.FoldGrid;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.SumCodec;
import io.tributary.schemas.update.UpdateChunk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
 * What rounds have brought for a chunk: rows, which of them count, and the running sum of a folding
 * rule.
 *
 * <p>A folding rule's rows are added to the sum as soon as their update is expected or accepted,
 * and dropped. What is expected may be withdrawn: of every such row it is known where it is on the
 * log, and the sum is one of whole numbers, which taking a row out leaves as if it had never been
 * in. Other rules' rows are kept, still encoded. A relay's sum is added as it is, once all its
 * parts are there.
 *
 * <p>A sum whose rows can be read again is not state but memory: the state tells which rows it has
 * and where they are on the log, from which a task that is started anew makes it again. So a
 * checkpoint is as small in the middle of a round as between two, and nothing is copied while one
 * is taken. A relay's sum has too many records for that, and stays in the state.
 *
 * <p>Rows may be expected, withdrawn and accepted in any order, before and after they come: the sum
 * is always that of the rows that are expected or accepted and have come.
 */
final class RoundRows {

    private final Map<String, AggregationRule> rules = new HashMap<>();
    private final HeldRows rows;
    private final HeldRows secondParts;
    private final MapState<String, AcceptedRow> accepted;
    private final MapState<RowKey, RowPlace> places;
    private final ValueState<double[]> keptSum;

    /** Sums whose rows can be read again; of all chunks that this task owns. */
    private final RunningSums sums = new RunningSums();

    private final RowMemory remakes;
    private final UpdateArchive archive;
    private UpdateArchive.@Nullable Reader reader;
    private @Nullable ChunkKey current;

    /**
     * @param archive where rows are read again that have been added: because they do not count, or
     *     because the task that had their sum is gone
     * @param remakes what may be made again from it, and need not be in the state
     */
    RoundRows(RuntimeContext runtime, UpdateArchive archive, RowMemory remakes) {
        this.remakes = remakes;
        this.archive = archive;
        rows =
                remakes == RowMemory.SUMS_AND_ROWS
                        ? HeldRows.inMemory(runtime, "rows", this::read)
                        : HeldRows.inState(runtime, "rows");
        secondParts = HeldRows.inState(runtime, "second-parts");
        accepted =
                runtime.getMapState(
                        new MapStateDescriptor<>(
                                "accepted", Types.STRING, TypeInformation.of(AcceptedRow.class)));
        places =
                runtime.getMapState(
                        new MapStateDescriptor<>(
                                "places",
                                TypeInformation.of(RowKey.class),
                                TypeInformation.of(RowPlace.class)));
        keptSum =
                runtime.getState(new ValueStateDescriptor<>("sum", BulkArraySerializer.doubles()));
    }

    /** What follows is about this chunk, as it is about its state. */
    void at(ChunkKey chunk) {
        current = chunk;
        rows.at(chunk);
        secondParts.at(chunk);
    }

    /** Where rows are kept, by the part of the chunk that they are: there are two at most. */
    private HeldRows ofPart(int part) {
        return part == 0 ? rows : secondParts;
    }

    /**
     * A row has come. Of one that came before, of one that has been withdrawn, or of another upload
     * than the one that counts, nothing is kept.
     *
     * @param elements values of the whole chunk
     * @return whether it counts already
     */
    boolean offer(ChunkRow offered, int elements) throws Exception {
        var chunk = offered.chunk();
        var key = offered.row();
        var held = ofPart(chunk.part());
        if (held.contains(key)) {
            return false; // the update was measured by the first copy of the row
        }
        var before = places.get(key);
        if (before != null && before.withdrawn()) {
            if (!before.isKnown() && chunk.part() == 0) {
                places.put(key, offered.place().asWithdrawn());
            }
            return false;
        }
        var known = accepted.get(offered.silo());
        if (known != null && known.id().equals(chunk.id())) {
            if (known.folded()) {
                return false;
            }
            rememberPlace(offered);
            take(known, chunk, elements);
            return !known.expected();
        }
        boolean isSettled =
                known != null && !known.expected() && known.id().round() == chunk.id().round();
        if (!isSettled) {
            held.put(key, chunk, offered.place());
            rememberPlace(offered);
        }
        return false;
    }

    /** Only a first part is ever read again; of a relay's second it is enough that it is held. */
    private void rememberPlace(ChunkRow offered) throws Exception {
        var key = offered.row();
        if (offered.chunk().part() == 0) {
            places.put(key, offered.place());
        } else if (!places.contains(key)) {
            places.put(key, RowPlace.UNKNOWN);
        }
    }

    /**
     * One row of this silo is likely to count: a folding rule adds it, for now. Others of the silo
     * are kept.
     *
     * @param elements values of the whole chunk
     */
    void expect(AcceptedRow row, int elements) throws Exception {
        var known = accepted.get(row.silo());
        if (known != null && known.id().round() == row.id().round()) {
            return;
        }
        accepted.put(row.silo(), row);
        for (var chunk : taken(row.key())) {
            take(row, chunk, elements);
        }
    }

    /**
     * The row that was expected of this silo does not count. If it has been added, it is read from
     * the log again and taken out; what remains are the bits that the sum would have without it.
     */
    void withdraw(AcceptedRow row) throws Exception {
        var key = row.key();
        var known = accepted.get(row.silo());
        if (known == null || !known.expected() || !known.id().equals(row.id())) {
            return;
        }
        var place = places.get(key);
        if (known.folded()) {
            add(known, read(key, place), -1); // while it is one of those the sum is remade from
        }
        accepted.remove(row.silo());
        boolean hasPlace = place != null && place.isKnown();
        if (!known.folded() && !hasPlace && rows.contains(key)) {
            return; // from state of a build that did not keep its place: it could not be read again
        }
        drop(key);
        places.put(key, (place == null ? RowPlace.UNKNOWN : place).asWithdrawn());
    }

    /**
     * From now on one row of this silo counts, and no other; it may have come already.
     *
     * @param elements values of the whole chunk
     */
    void accept(AcceptedRow row, int elements) throws Exception {
        var known = accepted.get(row.silo());
        boolean isFolded = known != null && known.folded() && known.id().equals(row.id());
        accepted.put(row.silo(), isFolded ? row.asFolded() : row);
        var mine = isFolded ? List.<UpdateChunk>of() : taken(row.key());
        var place = places.get(row.key());
        forgetRowsOf(row.silo(), row.id().round());
        if (place != null) {
            places.put(row.key(), place);
        }
        for (var chunk : mine) {
            take(row, chunk, elements);
        }
    }

    /** Goes by the places, which are small: to walk the rows would be to read them. */
    private void forgetRowsOf(String silo, int round) throws Exception {
        var gone = new ArrayList<RowKey>();
        for (var key : places.keys()) {
            if (key.silo().equals(silo) && key.id().round() == round) {
                gone.add(key);
            }
        }
        for (var key : gone) {
            drop(key);
            places.remove(key);
        }
    }

    private void drop(RowKey key) throws Exception {
        for (int part = 0; part < SumCodec.MOST_PARTS; part++) {
            ofPart(part).remove(key);
        }
    }

    /**
     * Takes out what has come of a row that is to count now; one that has been withdrawn is read
     * from the log again.
     */
    private List<UpdateChunk> taken(RowKey key) throws Exception {
        var place = places.get(key);
        if (place != null && place.withdrawn()) {
            if (!place.isKnown()) {
                places.remove(key);
                return List.of();
            }
            places.put(key, place.asCounting());
            return List.of(read(key, place));
        }
        var mine = new ArrayList<UpdateChunk>();
        for (int part = 0; part < SumCodec.MOST_PARTS; part++) {
            var chunk = ofPart(part).get(key);
            if (chunk != null) {
                mine.add(chunk);
                ofPart(part).remove(key);
            }
        }
        return mine;
    }

    /** Reads a row from the log again. */
    UpdateChunk read(RowKey key, RowPlace place) {
        if (reader == null) {
            reader = archive.open();
        }
        return reader.read(key, place);
    }

    /** Closes what rows were read with, if any were. */
    void closeReader() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }

    /** Whether a row is added to the sum, and not kept. */
    private boolean folds(AcceptedRow row) {
        return rule(row.rule()).folding().isPresent();
    }

    /** Adds a row that counts to the sum, or keeps it for the close. */
    private void take(AcceptedRow row, UpdateChunk chunk, int elements) throws Exception {
        if (!folds(row)) {
            rows.put(row.key(), chunk, places.get(row.key()));
        } else if (row.sum()) {
            addParts(row, chunk, elements);
        } else if (row.expected() && !canBeTakenOut(row, chunk)) {
            ofPart(chunk.part()).put(row.key(), chunk, places.get(row.key()));
        } else {
            add(row, chunk, 1);
            accepted.put(row.silo(), row.asFolded());
        }
    }

    /**
     * Nothing is known yet of the upload as a whole. Values that are too large for the grid would
     * not leave it again without a trace, and a relay's sum has no place in a delta; a row that is
     * one of these is kept until somebody has decided.
     */
    private boolean canBeTakenOut(AcceptedRow row, UpdateChunk chunk) throws Exception {
        var place = places.get(row.key());
        return place != null
                && place.isKnown()
                && chunk.codec() != Codec.F64
                && new FoldGrid(row.foldQuantumExponent())
                        .holds(place.largest(), row.contribution());
    }

    /**
     * @param sign 1 to add the row to the sum, -1 to take it out
     */
    private void add(AcceptedRow row, UpdateChunk chunk, int sign) throws Exception {
        var running = running(chunk.elements());
        fold(row, chunk, sign, running);
        var place = places.get(row.key());
        update(running, place != null && place.isKnown());
    }

    private void fold(AcceptedRow row, UpdateChunk chunk, int sign, double[] running) {
        var encoded = new EncodedRows.Row(chunk.codec(), chunk.payload());
        new FoldGrid(row.foldQuantumExponent())
                .fold(
                        running,
                        new EncodedRows(List.of(encoded), running.length),
                        0,
                        sign * rule(row.rule()).folding().orElseThrow().scale(row.contribution()));
    }

    private void addParts(AcceptedRow row, UpdateChunk newest, int elements) throws Exception {
        int parts = SumCodec.parts(elements);
        ofPart(newest.part()).put(row.key(), newest, null);
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
        update(running, false); // its parts are two records
        accepted.put(row.silo(), row.asFolded());
    }

    private double[] running(int elements) throws Exception {
        var running = sum();
        return running == null ? sums.zeros(current, elements) : running;
    }

    /**
     * Keeps the sum. Where every row of it can be read again, it is no state: a checkpoint need not
     * write it, nor copy it while rows are added. What is in the state stays there.
     *
     * @param canBeRemade whether the row that was added last can be read again
     */
    private void update(double[] running, boolean canBeRemade) throws Exception {
        if (remakes != RowMemory.NONE && canBeRemade && keptSum.value() == null) {
            sums.put(current, running);
        } else {
            keptSum.update(running);
            sums.remove(current);
        }
    }

    /** The sum so far, in quanta; null before the first row. Whoever changes it owns it. */
    double @Nullable [] sum() throws Exception {
        var kept = keptSum.value();
        if (kept != null) {
            return kept;
        }
        var running = sums.get(current);
        return running == null ? remade() : running;
    }

    /**
     * The state says which rows have been added and where they are; after a restart nobody has
     * their sum. The same rows give the same bits.
     */
    private double @Nullable [] remade() throws Exception {
        double[] running = null;
        for (var row : accepted.values()) {
            if (row.folded()) {
                var chunk = read(row.key(), places.get(row.key()));
                running = running == null ? sums.zeros(current, chunk.elements()) : running;
                fold(row, chunk, 1, running);
            }
        }
        if (running != null) {
            sums.put(current, running);
        }
        return running;
    }

    boolean areFolded(List<AcceptedRow> cohort) throws Exception {
        for (var row : cohort) {
            var known = accepted.get(row.silo());
            if (known == null || !known.folded() || !known.id().equals(row.id())) {
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
        places.clear();
        accepted.clear();
        keptSum.clear();
        sums.end(current);
    }

    /**
     * Forgets the round, but keeps rows that a later one may take; of a silo, none of the uploads
     * it has sent already.
     *
     * @param first first round that a later one may take rows of
     * @param last last such round
     */
    void clearBut(int first, int last) throws Exception {
        var keys = new HashSet<RowKey>();
        places.keys().forEach(keys::add);
        keys.addAll(rows.keys());
        keys.addAll(secondParts.keys());
        for (var key : keys) {
            var taken = accepted.get(key.silo());
            boolean isTaken = taken != null && taken.id().equals(key.id());
            if (isTaken || key.id().round() < first || key.id().round() > last) {
                drop(key);
                places.remove(key);
            }
        }
        accepted.clear();
        keptSum.clear();
        sums.end(current);
    }

    AggregationRule rule(String specification) {
        return rules.computeIfAbsent(specification, AggregationRule::parse);
    }
}
