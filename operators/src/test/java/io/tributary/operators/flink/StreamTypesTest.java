package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.figures.FederationFigures;
import io.tributary.operators.figures.RoundFigures;
import io.tributary.operators.figures.RoundPhase;
import io.tributary.operators.figures.SiloFigures;
import io.tributary.operators.figures.StepFigures;
import io.tributary.operators.figures.VersionFigures;
import io.tributary.operators.round.AcceptedUpdate;
import io.tributary.operators.round.ControlState;
import io.tributary.operators.round.CoordinatorState;
import io.tributary.operators.round.OpenRound;
import io.tributary.operators.round.PlanChange;
import io.tributary.operators.round.Publication;
import io.tributary.operators.round.RelayDraft;
import io.tributary.operators.round.RelayState;
import io.tributary.operators.round.SiloStanding;
import io.tributary.operators.round.WeighingOrder;
import io.tributary.operators.rule.Contribution;
import io.tributary.operators.update.ChunkReceipt;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.operators.update.UpdateEvent;
import io.tributary.operators.update.UploadStatus;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundEntry;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.SiloRecord;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.types.PojoTestUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that travels between operators or stays in their state. */
class StreamTypesTest {

    @ParameterizedTest
    @ValueSource(
            classes = {
                AcceptedRow.class,
                RowKey.class,
                RowTicket.class,
                RowPlace.class,
                ChunkCommand.class,
                ChunkDone.class,
                ChunkKey.class,
                ChunkProducts.class,
                ChunkReceipt.class,
                ChunkRow.class,
                ChunkSeen.class,
                CompleteUpdate.class,
                CoordinatorEvent.class,
                CoordinatorState.class,
                FederationFigures.class,
                ModelChunk.class,
                ModelVersion.class,
                OpenRound.class,
                PieceDone.class,
                RejectedUpdate.class,
                RelayCommand.class,
                RelayDraft.class,
                RelayState.class,
                RoundEntry.class,
                RoundOutcome.class,
                RoundPlan.class,
                RoundWeights.class,
                SiloPresence.class,
                SiloRecord.class,
                UpdateChunk.class,
                UpdateEvent.class,
                UpdateManifest.class,
                UploadKey.class,
                UploadStatus.class,
                VersionDraft.class,
                WeighingOrder.class
            })
    void flinkSerializesItWithoutKryo(Class<?> type) {
        assertThatCode(() -> PojoTestUtils.assertSerializedAsPojoWithoutKryo(type))
                .doesNotThrowAnyException();
    }

    static Stream<Record> withAbsentParts() {
        var upload = Upload.of("silo-a", 1);
        var id = upload.id();
        var open =
                new OpenRound(
                        Rounds.plan(1, "mean", "sgd"),
                        1,
                        2,
                        0,
                        List.of(new AcceptedUpdate(upload.complete(9), 0.5)),
                        List.of("silo-b"),
                        List.of("silo-c"),
                        List.of(new AcceptedUpdate(upload.complete(9), 0.25)));
        var standing = List.of(new SiloStanding("silo-a", 1, 2, 3, List.of(4), true));
        return Stream.of(
                new ChunkReceipt(3, 7, 1.5, 2.5f, null, ""),
                new ChunkReceipt(3, 7, 0, 0, RejectionReason.NOT_FINITE, "chunk 3 is not finite"),
                new UpdateEvent("a", "main", id, 1, 2, 3, null, null, upload.end(1)),
                new UpdateEvent("a", "main", id, 1, 2, 3, upload.manifest(), null, null),
                new UploadStatus(null, true, 1, 2, 3, 4, 5),
                new UploadStatus(upload.manifest(), true, 1, 2, 3, 4, 0),
                CoordinatorEvent.of("main", new VersionFigures(3, 4, null)),
                CoordinatorEvent.of(
                        "main", new VersionFigures(3, 4, new StepFigures(3, 2, 1, 0.5, 0.25, 1.5))),
                CoordinatorEvent.of("main", "silo-a", new SiloEvaluation("main", 3, 9, 8, 7)),
                new FederationFigures(
                        "main",
                        new RoundFigures(3, 4, RoundPhase.COLLECTING, 1, 0, 0, 3, 2, 1, true),
                        null,
                        null,
                        List.of(SiloFigures.of(standing.get(0)))),
                CoordinatorEvent.of(upload.complete(9)),
                CoordinatorEvent.announcing(upload.complete(9)),
                new RowPlace(1, 2, 3, 0.5, true),
                state(null, null, List.of()),
                state(open, null, standing),
                state(null, new Publication(4, 40, 5, true), standing),
                new ChunkSeen("main", 3, 1, 99, null),
                new RowKey("silo-a", new UpdateId(1, 2, 3)),
                Rounds.republish(3, 4, true),
                new ChunkCommand(
                        ChunkKey.of("main", 3),
                        ChunkCommand.Kind.CLOSE,
                        1,
                        "mean",
                        "sgd",
                        7,
                        -40,
                        0.5,
                        List.of(
                                new AcceptedRow(
                                        "silo-a",
                                        id,
                                        new Contribution(1, 10),
                                        "mean",
                                        -40,
                                        false,
                                        true,
                                        false)),
                        null,
                        false,
                        Codec.BF16,
                        null),
                Rounds.draft(1, true, "sgd(lr=1)", Codec.BF16));
    }

    private static CoordinatorState state(
            @Nullable OpenRound open, @Nullable Publication publication, List<SiloStanding> silos) {
        var measurements = List.of(new Measurement("clipping-norm", 0.5));
        return new CoordinatorState(
                3,
                30,
                "digest",
                List.of("momentum"),
                3,
                measurements,
                open,
                publication,
                silos,
                new ControlState(7, true, 9, List.of(new PlanChange("round.quorum", "2")), null),
                List.of(Rounds.plan(1, "mean", "sgd")),
                List.of(),
                8);
    }

    @ParameterizedTest
    @MethodSource("withAbsentParts")
    void whatIsAbsentStaysAbsent(Record value) throws IOException {
        assertThat(serializedAndBack(value)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void arraysKeepTheirContents(int momentParts) throws IOException {
        var version = SmallFederation.version(4, 3, momentParts);
        assertThat(serializedAndBack(version))
                .usingRecursiveComparison()
                .ignoringCollectionOrder()
                .isEqualTo(version);

        var seed = ChunkCommand.seed(ChunkKey.of("main", 0), SmallFederation.published(4, 0, 0));
        assertThat(serializedAndBack(seed)).usingRecursiveComparison().isEqualTo(seed);
    }

    private static <T> T serializedAndBack(T value) throws IOException {
        @SuppressWarnings("unchecked")
        var type = (Class<T>) value.getClass();
        var noKryo = new Configuration().set(PipelineOptions.GENERIC_TYPES, false);
        var serializer =
                TypeInformation.of(type).createSerializer(new SerializerConfigImpl(noKryo));
        var out = new DataOutputSerializer(256);
        serializer.serialize(serializer.copy(value), out);
        return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }
}
