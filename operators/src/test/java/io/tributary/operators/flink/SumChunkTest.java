package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.rule.FoldGrid;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.SumCodec;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SumChunkTest {

    private static final int CHUNK = 2;
    private static final UpdateId FIRST = new UpdateId(1, 1, 5);
    private static final FoldGrid GRID = new FoldGrid(SmallFederation.FOLD_QUANTUM_EXPONENT);

    private final Upload a = Upload.of("silo-a", 1);
    private final Upload b = Upload.of("silo-b", 1);
    private final List<AcceptedRow> both =
            List.of(Rounds.accepted(a, 0.25, "mean"), Rounds.accepted(b, 0.125, "mean"));

    private KeyedTwoInputStreamOperatorTestHarness<ChunkKey, ChunkRow, RelayCommand, UpdateChunk>
            harness;

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void theSumOfExactlyTheCohortGoesOutOnceAllRowsAreThere() throws Exception {
        command(RelayCommand.Kind.OPEN, FIRST, Codec.F64, List.of());
        row(Upload.of("silo-c", 1)); // never accepted
        row(a);
        command(RelayCommand.Kind.ACCEPT, a.id(), Codec.F64, both.subList(0, 1));
        command(RelayCommand.Kind.ACCEPT, b.id(), Codec.F64, both.subList(1, 2));
        command(RelayCommand.Kind.CLOSE, FIRST, Codec.F64, both);
        assertThat(harness.extractOutputValues()).isEmpty();

        row(b);

        var sent = harness.extractOutputValues();
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).id()).isEqualTo(FIRST);
        assertThat(decoded(sent.get(0))).isEqualTo(expected());
        assertThat(harness.getSideOutput(SumChunk.DONE)).hasSize(1);
    }

    @Test
    void itIsSentAgainFromStateAfterARestore() throws Exception {
        sum(Codec.F64);
        var checkpoint = harness.snapshot(1, 0);
        harness.close();
        harness = harness();
        harness.initializeState(checkpoint);
        harness.open();

        var second = new UpdateId(1, 2, 5);
        command(RelayCommand.Kind.REPUBLISH, second, Codec.F64, List.of());

        var sent = harness.extractOutputValues();
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).id()).isEqualTo(second);
        assertThat(decoded(sent.get(0))).isEqualTo(expected());
    }

    @Test
    void aSumThatIsStillBeingMadeGoesOutUnderTheNewestAttempt() throws Exception {
        command(RelayCommand.Kind.OPEN, FIRST, Codec.F64, List.of());
        command(RelayCommand.Kind.ACCEPT, a.id(), Codec.F64, both.subList(0, 1));
        command(RelayCommand.Kind.CLOSE, FIRST, Codec.F64, both.subList(0, 1));
        var second = new UpdateId(1, 2, 5);
        command(RelayCommand.Kind.REPUBLISH, second, Codec.F64, List.of());
        row(a);
        assertThat(harness.extractOutputValues())
                .extracting(UpdateChunk::id)
                .containsExactly(second);
    }

    @Test
    void aParentThatDoesNotFoldGetsTheCombinedDelta() throws Exception {
        sum(Codec.F32);
        var chunk = harness.extractOutputValues().get(0);
        var values = new float[chunk.elements()];
        TensorCodec.decode(Codec.F32, chunk.payload(), values.length, values, 0);
        var expected = expected();
        for (int j = 0; j < values.length; j++) {
            assertThat(values[j]).isEqualTo((float) (2 * expected[j]));
        }
    }

    @Test
    void afterTheEndNothingIsLeftButTheRound() throws Exception {
        sum(Codec.F64);
        command(RelayCommand.Kind.END, FIRST, Codec.F64, List.of());
        assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
        row(a);
        command(RelayCommand.Kind.REPUBLISH, FIRST, Codec.F64, List.of());
        assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
        assertThat(harness.extractOutputValues()).hasSize(1);
    }

    private void sum(Codec codec) throws Exception {
        row(b); // read before the round is known: of a plan from before this job
        command(RelayCommand.Kind.OPEN, FIRST, codec, List.of());
        row(a);
        command(RelayCommand.Kind.ACCEPT, b.id(), codec, both.subList(1, 2));
        command(RelayCommand.Kind.ACCEPT, a.id(), codec, both.subList(0, 1));
        command(RelayCommand.Kind.CLOSE, FIRST, codec, both);
        assertThat(harness.extractOutputValues()).hasSize(1);
    }

    private double[] expected() {
        var sum = new double[SmallFederation.elements(CHUNK)];
        GRID.fold(sum, a.values().get(CHUNK), 0.25);
        GRID.fold(sum, b.values().get(CHUNK), 0.125);
        return GRID.values(sum);
    }

    private static double[] decoded(UpdateChunk chunk) {
        assertThat(chunk.codec()).isEqualTo(Codec.F64);
        var values = new double[chunk.elements()];
        SumCodec.decode(chunk.payload(), values.length, values);
        return values;
    }

    private void row(Upload upload) throws Exception {
        harness.processElement1(Rounds.row(upload, CHUNK), 0);
    }

    private void command(RelayCommand.Kind kind, UpdateId id, Codec codec, List<AcceptedRow> rows)
            throws Exception {
        harness.processElement2(
                new RelayCommand(
                        Rounds.key(CHUNK),
                        kind,
                        1,
                        SmallFederation.FOLD_QUANTUM_EXPONENT,
                        rows,
                        id,
                        codec,
                        2),
                0);
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    ChunkKey, ChunkRow, RelayCommand, UpdateChunk>
            harness() throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new SumChunk(SmallFederation.LAYOUT, 0)),
                ChunkRow::key,
                RelayCommand::key,
                TypeInformation.of(ChunkKey.class),
                ChunkKey.MAX_PARALLELISM,
                1,
                0);
    }
}
