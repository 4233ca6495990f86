package io.tributary.aggregation;

import io.tributary.operators.flink.ChunkKey;
import io.tributary.operators.flink.ChunkRow;
import io.tributary.operators.flink.CoordinatorEvent;
import io.tributary.operators.flink.TrackUpdate;
import io.tributary.operators.flink.UploadKey;
import io.tributary.operators.flink.ValidateUpdate;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.SiloRecord;
import io.tributary.schemas.wire.SchemaIds;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * What silos write, checked: the first part of every topology.
 *
 * @param rows chunks that are sound by themselves, signs of life, and records that are not sound
 * @param uploads updates that have come whole, and uploads that came to nothing
 */
record CheckedUpdates(
        SingleOutputStreamOperator<ChunkRow> rows,
        SingleOutputStreamOperator<CoordinatorEvent> uploads) {

    /**
     * @param updates everything on the silos' topics
     * @param version where a job without state begins
     * @param uploadTimeoutMillis how long after its first record an upload may take
     * @param canReadAgain whether the owners of chunks can read rows from the log again
     * @param ids what the numbers of a schema registry mean
     */
    static CheckedUpdates of(
            DataStream<SiloRecord> updates,
            ModelVersion version,
            long uploadTimeoutMillis,
            boolean canReadAgain,
            SchemaIds ids) {
        var layout = version.layout();

        var rows =
                updates.process(new ValidateUpdate(version.model(), layout, canReadAgain, ids))
                        .uid("validate-update")
                        .name("Validate update");

        var uploads =
                rows.getSideOutput(ValidateUpdate.EVENTS)
                        .keyBy(UploadKey::of, TypeInformation.of(UploadKey.class))
                        .process(new TrackUpdate(layout, version.version(), uploadTimeoutMillis))
                        .uid("track-update")
                        .name("Track update");

        return new CheckedUpdates(rows, uploads);
    }

    /** What silos do, for the coordinator. */
    DataStream<CoordinatorEvent> events() {
        return uploads.union(rows.getSideOutput(ValidateUpdate.PRESENCE));
    }

    /** Rows on their way to the owners of their chunks. */
    KeyedStream<ChunkRow, ChunkKey> byChunk() {
        return rows.keyBy(ChunkRow::key, TypeInformation.of(ChunkKey.class));
    }

    /**
     * All that is rejected.
     *
     * @param byCoordinator whole updates that no round takes
     */
    DataStream<RejectedUpdate> rejected(DataStream<RejectedUpdate> byCoordinator) {
        return rows.getSideOutput(ValidateUpdate.REJECTED)
                .union(uploads.getSideOutput(TrackUpdate.REJECTED), byCoordinator);
    }
}
