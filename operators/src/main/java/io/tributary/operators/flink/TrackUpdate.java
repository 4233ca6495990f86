package io.tributary.operators.flink;

import io.tributary.operators.update.ChunkReceipt;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.operators.update.Fault;
import io.tributary.operators.update.UpdateEvent;
import io.tributary.operators.update.UpdateVerifier;
import io.tributary.operators.update.UploadStatus;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the facts about one upload until it is whole or faulty, and says so once. If its sound
 * manifest is there before the rest, it is announced.
 *
 * <p>State appears with the first fact, and a timer with it. An upload without a verdict when the
 * timer fires is faulty. When the verdict is out, the receipts go and a small mark stays for as
 * long again, by which the upload's last end marks and a repetition of it are recognised (a
 * repetition that comes later still is a second update of its round, and the coordinator's to
 * refuse).
 */
public final class TrackUpdate
        extends KeyedProcessFunction<UploadKey, UpdateEvent, CoordinatorEvent> {

    public static final OutputTag<RejectedUpdate> REJECTED = new OutputTag<>("rejected-uploads") {};

    private static final long serialVersionUID = 1;

    private final ModelLayout layout;
    private final int bootstrapVersion;
    private final long timeoutMillis;

    private transient RejectionMetrics rejections;
    private transient UpdateVerifier verifier;
    private transient ValueState<UploadStatus> statusState;
    private transient MapState<Integer, ChunkReceipt> receipts;

    /**
     * @param bootstrapVersion version the job begins with; uploads for it and before may have begun
     *     before the job's starting point in the log, and half of one is not a fault
     * @param timeoutMillis how long after its first record an upload may take to become readable
     */
    public TrackUpdate(ModelLayout layout, int bootstrapVersion, long timeoutMillis) {
        this.layout = layout;
        this.bootstrapVersion = bootstrapVersion;
        this.timeoutMillis = timeoutMillis;
    }

    @Override
    public void open(OpenContext context) {
        verifier = new UpdateVerifier(layout);
        rejections =
                new RejectionMetrics(
                        getRuntimeContext().getMetricGroup().addGroup("tributary"),
                        System::currentTimeMillis);
        statusState =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        "upload", TypeInformation.of(UploadStatus.class)));
        receipts =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "receipts",
                                        Types.INT,
                                        TypeInformation.of(ChunkReceipt.class)));
    }

    @Override
    public void processElement(UpdateEvent event, Context context, Collector<CoordinatorEvent> out)
            throws Exception {
        rejections.expect(event.silo());
        var status = statusState.value();
        if (status == null) {
            status = UploadStatus.begin(event);
            wakeLater(context);
        }
        if (status.ended()) {
            if (event.manifest() != null) {
                manifestAfterVerdict(event, status, context);
            }
            return;
        }
        var receipt = event.receipt();
        boolean newChunk =
                receipt != null
                        && receipt.fault() == null
                        && !receipts.contains(verifier.piece(receipt));
        if (newChunk) {
            receipts.put(verifier.piece(receipt), receipt);
        }
        boolean isFirstManifest = event.manifest() != null && !status.announced();
        status = status.after(event, newChunk);
        statusState.update(status);

        var fault = faultIn(event, status);
        if (fault.isPresent()) {
            end(context.getCurrentKey(), status, fault.get(), context, out);
            return;
        }
        var manifest = status.manifest();
        if (manifest == null || !verifier.isWhole(manifest, status.received())) {
            if (isFirstManifest && !manifest.isRelayed()) {
                var update = update(context.getCurrentKey(), status, manifest, 0, 0);
                out.collect(CoordinatorEvent.announcing(update));
            }
            return;
        }
        fault = verifier.checkWhole(manifest, this::receipt);
        if (fault.isPresent()) {
            end(context.getCurrentKey(), status, fault.get(), context, out);
        } else {
            complete(context.getCurrentKey(), status, manifest, context, out);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<CoordinatorEvent> out)
            throws Exception {
        var status = statusState.value();
        if (status == null) {
            return;
        }
        if (!status.ended()) {
            var fault = verifier.timedOut(status, timeoutMillis);
            end(context.getCurrentKey(), status, fault, context, out);
        } else if (timestamp >= status.forgetMillis()) {
            statusState.clear();
        }
    }

    private Optional<Fault> faultIn(UpdateEvent event, UploadStatus status) {
        var receipt = event.receipt();
        if (receipt != null) {
            return Optional.ofNullable(receipt.fault())
                    .map(reason -> new Fault(reason, receipt.detail(), receipt.chunk()));
        }
        if (event.manifest() != null) {
            return verifier.checkManifest(event.manifest());
        }
        return verifier.checkEnd(event.end(), status.manifest(), this::hasReceipt);
    }

    private void complete(
            UploadKey key,
            UploadStatus status,
            UpdateManifest manifest,
            Context context,
            Collector<CoordinatorEvent> out)
            throws Exception {
        out.collect(
                CoordinatorEvent.of(
                        update(
                                key,
                                status,
                                manifest,
                                verifier.norm(manifest, this::receipt),
                                verifier.largest(manifest, this::receipt))));
        forget(status, context);
    }

    private static CompleteUpdate update(
            UploadKey key,
            UploadStatus status,
            UpdateManifest manifest,
            double norm,
            double largest) {
        return new CompleteUpdate(
                key.silo(),
                key.model(),
                manifest.id(),
                false,
                manifest.baseVersion(),
                manifest.localSteps(),
                manifest.tokens(),
                manifest.normalizer(),
                manifest.trainLoss(),
                norm,
                largest,
                manifest.members(),
                status.partition(),
                status.offset(),
                status.arrivedMillis());
    }

    private void end(
            UploadKey key,
            UploadStatus status,
            Fault fault,
            Context context,
            Collector<CoordinatorEvent> out)
            throws Exception {
        boolean cutByStart =
                mayBeCutByStart(key)
                        && !status.announced()
                        && (fault.reason() == RejectionReason.NO_MANIFEST
                                || fault.reason() == RejectionReason.INCOMPLETE);
        if (cutByStart) {
            forget(status, context);
            return;
        }
        reject(
                rejected(key, status.partition(), status.offset(), fault, status.arrivedMillis()),
                context);
        out.collect(
                CoordinatorEvent.of(
                        new CompleteUpdate(
                                key.silo(),
                                key.model(),
                                new UpdateId(key.round(), key.attempt(), key.nonce()),
                                true,
                                -1,
                                0,
                                0,
                                1,
                                0,
                                0,
                                0,
                                status.partition(),
                                status.offset(),
                                status.arrivedMillis())));
        forget(status, context);
    }

    /**
     * A chunk that is read before the manifest, from another partition, can be enough for a
     * verdict; only a second manifest is a repetition. What was taken for an upload that the job's
     * starting point had cut, and passed over, was none if its manifest comes after all.
     */
    private void manifestAfterVerdict(UpdateEvent event, UploadStatus status, Context context)
            throws Exception {
        if (status.announced()) {
            repeated(event, context);
            return;
        }
        statusState.update(status.announcedLate());
        if (mayBeCutByStart(context.getCurrentKey())) {
            var fault =
                    new Fault(
                            RejectionReason.NO_MANIFEST,
                            "the manifest came behind other records; it must be sent first",
                            -1);
            reject(event, fault, context);
        }
    }

    /** Its first records may be before the job's starting point in the log. */
    private boolean mayBeCutByStart(UploadKey key) {
        return key.round() <= bootstrapVersion;
    }

    private void repeated(UpdateEvent event, Context context) {
        var fault =
                new Fault(
                        RejectionReason.DUPLICATE,
                        "this upload (round %s, attempt %s) was read before"
                                .formatted(event.id().round(), event.id().attempt()),
                        -1);
        reject(event, fault, context);
    }

    private void reject(UpdateEvent event, Fault fault, Context context) {
        reject(
                rejected(
                        context.getCurrentKey(),
                        event.partition(),
                        event.offset(),
                        fault,
                        event.appendMillis()),
                context);
    }

    private void reject(RejectedUpdate rejected, Context context) {
        rejections.count(rejected);
        context.output(REJECTED, rejected);
    }

    private void forget(UploadStatus status, Context context) throws Exception {
        receipts.clear();
        statusState.update(status.end(wakeLater(context)));
    }

    private long wakeLater(Context context) {
        var timers = context.timerService();
        long wake = timers.currentProcessingTime() + timeoutMillis;
        timers.registerProcessingTimeTimer(wake);
        return wake;
    }

    private @Nullable ChunkReceipt receipt(int piece) {
        try {
            return receipts.get(piece);
        } catch (Exception e) {
            throw new IllegalStateException("cannot read the receipt of piece " + piece, e);
        }
    }

    private boolean hasReceipt(int chunk) {
        return receipt(chunk) != null;
    }

    private static RejectedUpdate rejected(
            UploadKey key, int partition, long offset, Fault fault, long arrivedMillis) {
        return new RejectedUpdate(
                key.silo(),
                partition,
                offset,
                key.model(),
                key.round(),
                key.attempt(),
                fault.chunk(),
                fault.reason(),
                fault.detail(),
                arrivedMillis);
    }
}
