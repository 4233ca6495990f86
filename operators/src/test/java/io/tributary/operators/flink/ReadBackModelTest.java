package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.schemas.model.ModelChunk;
import java.util.List;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.Test;

class ReadBackModelTest {

    private static final Bootstrap BOOTSTRAP =
            new Bootstrap(SmallFederation.version(4, 3, 1), true, null, List.of(), List.of());

    @Test
    void everyGoodParameterChunkIsSeenAndThoseOfTheFirstVersionAreSeeds() throws Exception {
        try (var harness = harness(BOOTSTRAP)) {
            var first = SmallFederation.published(4, 2, 0);
            var later = SmallFederation.published(5, 2, 0);
            harness.processElement(first, 0);
            harness.processElement(later, 0);

            assertThat(harness.extractOutputValues())
                    .containsExactly(
                            new ChunkSeen("main", 4, 2, first.crc32c(), null),
                            new ChunkSeen("main", 5, 2, later.crc32c(), null));
            assertThat(SideOutput.of(harness, ReadBackModel.SEEDS))
                    .singleElement()
                    .usingRecursiveComparison()
                    .isEqualTo(ChunkCommand.seed(Rounds.key(2), first));
        }
    }

    @Test
    void momentsOfTheSnapshotAreSeedsAndNothingElse() throws Exception {
        try (var harness = harness(BOOTSTRAP)) {
            harness.processElement(SmallFederation.published(3, 0, 1), 0);
            harness.processElement(SmallFederation.published(4, 0, 1), 0); // not the snapshot's
            harness.processElement(SmallFederation.published(3, 0, 2), 0); // it has one part

            assertThat(harness.extractOutputValues()).isEmpty();
            assertThat(SideOutput.of(harness, ReadBackModel.SEEDS)).hasSize(1);
        }
    }

    @Test
    void withoutReadableMomentsOnlyParametersAreSeeds() throws Exception {
        try (var harness =
                harness(new Bootstrap(BOOTSTRAP.version(), false, null, List.of(), List.of()))) {
            harness.processElement(SmallFederation.published(3, 0, 1), 0);
            harness.processElement(SmallFederation.published(4, 0, 0), 0);

            assertThat(SideOutput.of(harness, ReadBackModel.SEEDS))
                    .singleElement()
                    .extracting(command -> command.seed().part())
                    .isEqualTo(0);
        }
    }

    @Test
    void aChunkThatAReaderWouldRefuseIsNotSeen() throws Exception {
        try (var harness = harness(BOOTSTRAP)) {
            var good = SmallFederation.published(4, 0, 0);
            harness.processElement(Altered.copy(good, "crc32c", 1), 0);
            harness.processElement(Altered.copy(good, "model", "expert-law"), 0);
            harness.processElement(Altered.copy(good, "chunk", 4), 0);
            harness.processElement(Altered.copy(good, "chunk", -1), 0);

            assertThat(harness.getOutput()).isEmpty();
            assertThat(SideOutput.of(harness, ReadBackModel.SEEDS)).isEmpty();
        }
    }

    @Test
    void anotherValueUnderTheFirstVersionsNumberIsNoSeed() throws Exception {
        try (var harness = harness(BOOTSTRAP)) {
            harness.processElement(SmallFederation.published(4, 3, 0, 0.5f), 0);

            assertThat(harness.extractOutputValues()).hasSize(1);
            assertThat(SideOutput.of(harness, ReadBackModel.SEEDS)).isEmpty();
        }
    }

    private static OneInputStreamOperatorTestHarness<ModelChunk, ChunkSeen> harness(
            Bootstrap bootstrap) throws Exception {
        return ProcessFunctionTestHarnesses.forProcessFunction(new ReadBackModel(bootstrap));
    }
}
