package io.tributary.operators.flink;

import io.tributary.operators.update.ChunkVerifier;
import io.tributary.operators.update.UpdateEvent;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.SiloRecord;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.SchemaIds;
import io.tributary.schemas.wire.Wire;
import java.nio.ByteBuffer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Reads what silos sent. Good chunks go on; every manifest, chunk and end mark leaves a small fact
 * on {@link #EVENTS}, signs of life and evaluations on {@link #PRESENCE}, and what cannot be read
 * at all ends on {@link #REJECTED}. Nothing a silo sends can fail the job. That a schema registry
 * cannot be asked about it can: it is no fault of the silo's, and the job comes back to the record.
 *
 * <p>Stateless. A readable record with a fault is told to the update's tracker, which rejects the
 * update as a whole, once.
 */
public final class ValidateUpdate extends ProcessFunction<SiloRecord, ChunkRow> {

    public static final OutputTag<UpdateEvent> EVENTS = new OutputTag<>("update-events") {};
    public static final OutputTag<CoordinatorEvent> PRESENCE = new OutputTag<>("presence") {};
    public static final OutputTag<RejectedUpdate> REJECTED = new OutputTag<>("rejected-records") {};

    private static final long serialVersionUID = 1;

    /** Characters of a silo's record that a rejection repeats at most. */
    private static final int LONGEST_QUOTE = 300;

    private final String model;
    private final ModelLayout layout;

    private final boolean keepsRows;
    private final SchemaIds ids;

    private transient LocalRows.@Nullable Sender local;
    private transient SiloTraffic traffic;
    private transient RejectionMetrics rejections;
    private transient ChunkVerifier verifier;
    private transient ChunkKeys keys;

    /**
     * @param canReadAgain whether the owners of chunks can read a row from the log again, so that
     *     its payload may stay behind
     * @param ids what the numbers of a schema registry mean
     */
    public ValidateUpdate(String model, ModelLayout layout, boolean canReadAgain, SchemaIds ids) {
        this.ids = ids;
        this.model = model;
        this.layout = layout;
        this.keepsRows = canReadAgain;
    }

    @Override
    public void open(OpenContext context) {
        verifier = new ChunkVerifier(layout);
        keys = new ChunkKeys(model, layout.chunkCount());
        var metrics = getRuntimeContext().getMetricGroup().addGroup("tributary");
        traffic = new SiloTraffic(metrics);
        rejections = new RejectionMetrics(metrics, System::currentTimeMillis);
        if (keepsRows) {
            // The owners of chunks have the parallelism of the job, and so has this.
            var runtime = getRuntimeContext();
            local =
                    LocalRows.sender(
                            runtime.getJobInfo().getJobId(),
                            runtime.getTaskInfo().getNumberOfParallelSubtasks());
        }
    }

    @Override
    public void close() {
        if (local != null) {
            local.close();
        }
    }

    @Override
    public void processElement(SiloRecord raw, Context context, Collector<ChunkRow> out) {
        traffic.received(raw.silo(), raw.value().length);
        rejections.expect(raw.silo());
        Record decoded;
        try {
            decoded = Wire.decode(ByteBuffer.wrap(raw.value()), null, ids, raw.silo());
        } catch (MalformedRecordException e) {
            reject(raw, "", null, RejectionReason.MALFORMED, shortened(e.getMessage()), context);
            return;
        }
        if (decoded instanceof UpdateChunk chunk) {
            if (isOurs(raw, chunk.model(), chunk.id(), context)) {
                chunk(raw, chunk, context, out);
            }
        } else if (decoded instanceof UpdateManifest manifest) {
            if (isOurs(raw, manifest.model(), manifest.id(), context)) {
                context.output(EVENTS, event(raw, manifest.id(), manifest, null));
            }
        } else if (decoded instanceof UpdateEnd end) {
            if (isOurs(raw, end.model(), end.id(), context)) {
                context.output(EVENTS, event(raw, end.id(), null, end));
            }
        } else if (decoded instanceof SiloPresence presence) {
            context.output(PRESENCE, CoordinatorEvent.of(model, raw.silo(), presence));
        } else if (decoded instanceof SiloEvaluation evaluation) {
            if (evaluation.model().equals(model)) {
                context.output(PRESENCE, CoordinatorEvent.of(model, raw.silo(), evaluation));
            }
        } else {
            reject(
                    raw,
                    "",
                    null,
                    RejectionReason.UNEXPECTED_TYPE,
                    "a %s has no place on an update topic"
                            .formatted(decoded.getClass().getSimpleName()),
                    context);
        }
    }

    private void chunk(
            SiloRecord raw, UpdateChunk chunk, Context context, Collector<ChunkRow> out) {
        var receipt = verifier.check(chunk);
        context.output(
                EVENTS,
                new UpdateEvent(
                        raw.silo(),
                        model,
                        chunk.id(),
                        raw.partition(),
                        raw.offset(),
                        raw.appendMillis(),
                        null,
                        receipt,
                        null));
        if (receipt.fault() == null) {
            var row =
                    new ChunkRow(
                            keys.of(chunk.chunk()),
                            raw.silo(),
                            chunk,
                            raw.partition(),
                            raw.offset(),
                            receipt.largest());
            out.collect(local == null ? row : local.toSend(row));
        }
    }

    private UpdateEvent event(
            SiloRecord raw,
            UpdateId id,
            @Nullable UpdateManifest manifest,
            @Nullable UpdateEnd end) {
        return new UpdateEvent(
                raw.silo(),
                model,
                id,
                raw.partition(),
                raw.offset(),
                raw.appendMillis(),
                manifest,
                null,
                end);
    }

    private boolean isOurs(SiloRecord raw, String claimed, UpdateId id, Context context) {
        if (claimed.equals(model)) {
            return true;
        }
        reject(
                raw,
                claimed,
                id,
                RejectionReason.UNKNOWN_MODEL,
                "this job aggregates model %s, the record is for %s"
                        .formatted(model, shortened(claimed)),
                context);
        return false;
    }

    /** A silo's own words, so that the rejection of the largest record still fits a record. */
    private static String shortened(String words) {
        return words.length() <= LONGEST_QUOTE ? words : words.substring(0, LONGEST_QUOTE) + "...";
    }

    private void reject(
            SiloRecord raw,
            String claimedModel,
            @Nullable UpdateId id,
            RejectionReason reason,
            String detail,
            Context context) {
        var rejected =
                new RejectedUpdate(
                        raw.silo(),
                        raw.partition(),
                        raw.offset(),
                        shortened(claimedModel),
                        id == null ? -1 : id.round(),
                        id == null ? -1 : id.attempt(),
                        -1,
                        reason,
                        detail,
                        raw.appendMillis());
        rejections.count(rejected);
        context.output(REJECTED, rejected);
    }
}
