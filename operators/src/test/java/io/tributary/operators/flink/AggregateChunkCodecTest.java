package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.operators.round.Pace;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a chunk publishes in bf16, and what it steps on. */
class AggregateChunkCodecTest {

    private static final String SGD = "sgd(lr=1)";
    private static final String NESTEROV = "nesterov(lr=0.7, momentum=0.9)";
    private static final int CHUNK = 0;
    private static final int ELEMENTS = SmallFederation.elements(CHUNK);
    private static final Bootstrap GENESIS =
            new Bootstrap(SmallFederation.version(0), false, null, List.of(), List.of());

    /** Of values from 1 to 2. */
    private static final float UNIT = 0x1p-7f;

    private final SentRows log = new SentRows();

    private KeyedTwoInputStreamOperatorTestHarness<ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
            harness;

    @AfterEach
    void close() throws Exception {
        if (harness != null) {
            harness.close();
        }
    }

    @Test
    void whatIsPublishedIsTheMasterRoundedToNearestEven() throws Exception {
        // A quarter, a half from even, a half from odd, three quarters of a unit above.
        begin(GENESIS, SmallFederation.published(0, CHUNK, 0, 1, 1, 1, 1));
        var chunks = make(1, SGD, true, Codec.BF16, UNIT / 4, UNIT / 2, UNIT * 3 / 2, UNIT * 7 / 4);

        assertThat(chunks).extracting(ModelChunk::part).containsExactly(0, 1);
        assertThat(chunks).extracting(ModelChunk::codec).containsExactly(Codec.BF16, Codec.F32);
        assertThat(chunks.get(0).payload()).hasSize(2 * ELEMENTS);
        assertThat(decode(chunks.get(0))).containsExactly(1, 1, 1 + 2 * UNIT, 1 + 2 * UNIT);
        assertThat(decode(chunks.get(1)))
                .containsExactly(1 + UNIT / 4, 1 + UNIT / 2, 1 + UNIT * 3 / 2, 1 + UNIT * 7 / 4);
        assertThat(SideOutput.of(harness, AggregateChunk.DONE))
                .extracting(ChunkDone::crc32c)
                .containsExactly(chunks.get(0).crc32c());
    }

    /** Stepping on the rounded values, the first step would be lost, and so every one after it. */
    @Test
    void stepsThatAreLessThanARoundingAddUp() throws Exception {
        float step = UNIT / 4;
        assertThat(rounded(1 + step)).isEqualTo(1);

        begin(GENESIS, SmallFederation.published(0, CHUNK, 0, 1, 1, 1, 1));
        var newest = List.<ModelChunk>of();
        for (int round = 1; round <= 300; round++) {
            newest = make(round, SGD, false, Codec.BF16, step, step, step, -step);
        }

        assertThat(newest).extracting(ModelChunk::part).containsExactly(0);
        assertThat(decode(newest.get(0))[0]).isEqualTo(1 + 75 * UNIT);
        assertThat(decode(newest.get(0))[3]).isEqualTo(1 - 75 * UNIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {SGD, NESTEROV})
    void aVersionIsPublishedAgainWithTheSameBytes(String optimizer) throws Exception {
        begin(GENESIS, SmallFederation.published(0, CHUNK, 0));
        var first = make(1, optimizer, true, Codec.BF16, random(1));
        harness.getOutput().clear();

        command(
                ChunkCommand.republish(
                        Rounds.key(CHUNK), Rounds.draft(1, true, optimizer, Codec.BF16)));

        assertThat(harness.extractOutputValues())
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(first);
    }

    /** The version before keeps its codec, whatever has become the job's. */
    @Test
    void everyVersionHasACodecOfItsOwn() throws Exception {
        begin(GENESIS, SmallFederation.published(0, CHUNK, 0));
        var rounded = make(1, SGD, true, Codec.BF16, random(1));
        var master = decode(rounded.get(1));
        var exact = make(2, SGD, true, Codec.F32, new float[ELEMENTS]);

        assertThat(exact).extracting(ModelChunk::part).containsExactly(0);
        assertThat(decode(exact.get(0))).containsExactly(master);
    }

    @ParameterizedTest
    @ValueSource(strings = {SGD, NESTEROV})
    void aChunkThatBeginsWithASnapshotGoesOnAsIfItHadBeenThereBefore(String optimizer)
            throws Exception {
        begin(GENESIS, SmallFederation.published(0, CHUNK, 0));
        var snapshot = make(1, optimizer, true, Codec.BF16, random(1));
        var expected = make(2, optimizer, true, Codec.BF16, random(2));
        harness.close();

        var parts = snapshot.size() - 1;
        var start =
                new Bootstrap(version(snapshot, 1, optimizer), true, null, List.of(), List.of());
        harness = harness(start);
        harness.open();
        var seeds = snapshot.stream().filter(start::isSeed).toList();
        assertThat(seeds).extracting(ModelChunk::part).doesNotContain(0).contains(parts);
        for (var seed : seeds.subList(0, seeds.size() - 1)) {
            command(ChunkCommand.seed(Rounds.key(CHUNK), seed));
        }
        assertThat(make(2, optimizer, true, Codec.BF16, random(2))).isEmpty(); // no master yet
        command(ChunkCommand.seed(Rounds.key(CHUNK), seeds.get(seeds.size() - 1)));

        assertThat(harness.extractOutputValues())
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(expected);
    }

    /** The moments are those of the last snapshot; its master has been stepped on since. */
    @Test
    void aChunkThatBeginsBetweenSnapshotsBeginsWithThePublishedValues() throws Exception {
        begin(GENESIS, SmallFederation.published(0, CHUNK, 0));
        var snapshot = make(1, NESTEROV, true, Codec.BF16, random(1));
        var newest = make(2, NESTEROV, false, Codec.BF16, random(2));
        harness.close();

        var start = new Bootstrap(version(newest, 1, NESTEROV), true, null, List.of(), List.of());
        assertThat(snapshot.stream().filter(start::isSeed)).containsExactly(snapshot.get(1));
        assertThat(newest.stream().filter(start::isSeed)).containsExactlyElementsOf(newest);
        begin(start, snapshot.get(1), newest.get(0));
        var made = make(3, SGD, true, Codec.BF16, new float[ELEMENTS]);

        assertThat(decode(made.get(1))).containsExactly(decode(newest.get(0)));
    }

    /** Another making of the version, by a job that is gone, may be on the log as well. */
    @Test
    void whatDoesNotRoundToThePublishedValuesIsNotTheirMaster() throws Exception {
        begin(GENESIS, SmallFederation.published(0, CHUNK, 0));
        var snapshot = make(1, SGD, true, Codec.BF16, random(1));
        var other = SmallFederation.published(1, CHUNK, 1);
        var start = new Bootstrap(version(snapshot, 1, SGD), true, null, List.of(), List.of());

        assertThat(start.isSeed(snapshot.get(1))).isTrue();
        assertThat(start.isSeed(other)).isFalse();
        assertThat(start.isSeed(Altered.copy(snapshot.get(1), "version", 2))).isFalse();
    }

    @Test
    void aVersionThatComesBackHasItsMasterAndItsBytes() throws Exception {
        begin(GENESIS, SmallFederation.published(0, CHUNK, 0));
        var target = make(1, NESTEROV, true, Codec.BF16, random(1));
        var next = make(2, NESTEROV, true, Codec.BF16, random(2));
        make(3, NESTEROV, true, Codec.F32, random(3));
        var order = new SeedOrder(4, version(target, 1, NESTEROV), true);
        harness.getOutput().clear();
        for (var part : target) {
            assertThat(harness.extractOutputValues()).isEmpty();
            command(ChunkCommand.rollBack(Rounds.key(CHUNK), order, part));
        }

        assertThat(harness.extractOutputValues())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("version")
                .isEqualTo(target);
        assertThat(make(5, NESTEROV, true, Codec.BF16, random(2)))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("version")
                .isEqualTo(next);
    }

    @Test
    void aVersionWithoutSnapshotComesBackAsItWasPublished() throws Exception {
        begin(GENESIS, SmallFederation.published(0, CHUNK, 0));
        var target = make(1, NESTEROV, false, Codec.BF16, random(1));
        make(2, NESTEROV, false, Codec.BF16, random(2));
        harness.getOutput().clear();
        var order = new SeedOrder(3, version(target, 0, NESTEROV), false);
        command(ChunkCommand.rollBack(Rounds.key(CHUNK), order, target.get(0)));

        assertThat(harness.extractOutputValues())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("version")
                .isEqualTo(target);
        var made = make(4, SGD, false, Codec.F32, new float[ELEMENTS]);
        assertThat(decode(made.get(0))).containsExactly(decode(target.get(0)));
    }

    private void begin(Bootstrap bootstrap, ModelChunk... seeds) throws Exception {
        harness = harness(bootstrap);
        harness.open();
        for (var seed : seeds) {
            command(ChunkCommand.seed(Rounds.key(CHUNK), seed));
        }
    }

    /** Makes a version of one update, and returns what is published of it. */
    private List<ModelChunk> make(
            int version, String optimizer, boolean snapshot, Codec codec, float... delta)
            throws Exception {
        var upload = Upload.of("silo-a", version).withChunk(CHUNK, delta);
        harness.getOutput().clear();
        harness.processElement1(new StreamRecord<>(log.sent(Rounds.row(upload, CHUNK))));
        command(Rounds.accept(upload, 1, "mean", CHUNK));
        var cohort = List.of(Rounds.accepted(upload, 1, "mean"));
        command(Rounds.close("mean", optimizer, CHUNK, version, snapshot, codec, cohort));
        return List.copyOf(harness.extractOutputValues());
    }

    private void command(ChunkCommand command) throws Exception {
        harness.processElement2(new StreamRecord<>(command));
    }

    /** A manifest of a version with this chunk, which may be a snapshot. */
    private static ModelVersion version(
            List<ModelChunk> chunks, int snapshotVersion, String optimizer) {
        var published = chunks.get(0);
        int parts = optimizer.equals(SGD) ? 1 : 2;
        var version = SmallFederation.version(published.version(), snapshotVersion, parts);
        version.chunkCrcs()[CHUNK] = published.crc32c();
        return Altered.copy(
                Altered.copy(version, "codec", published.codec()), "serverOptimizer", optimizer);
    }

    private static float[] random(int seed) {
        return SmallFederation.random(ELEMENTS, 1_000 + seed);
    }

    private static float rounded(float value) {
        var rounded = new float[1];
        var payload = TensorCodec.encode(Codec.BF16, new float[] {value});
        TensorCodec.decode(Codec.BF16, payload, 1, rounded, 0);
        return rounded[0];
    }

    private static float[] decode(ModelChunk chunk) {
        var values = new float[chunk.elements()];
        TensorCodec.decode(chunk.codec(), chunk.payload(), values.length, values, 0);
        return values;
    }

    private KeyedTwoInputStreamOperatorTestHarness<ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
            harness(Bootstrap bootstrap) throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(
                        new AggregateChunk(
                                bootstrap,
                                NoiseSettings.NONE,
                                Pace.SYNCHRONOUS,
                                log,
                                RowMemory.SUMS_AND_ROWS)),
                ChunkRow::key,
                ChunkCommand::key,
                TypeInformation.of(ChunkKey.class));
    }
}
