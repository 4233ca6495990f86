package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.schemas.round.RoundWeights;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class SpreadWeightsTest {

    private static final Bootstrap SINCE_4 =
            new Bootstrap(SmallFederation.version(4), false, null, List.of(), List.of());

    @Test
    void theOwnerOfEveryChunkIsTold() throws Exception {
        var weights = weights(5);

        assertThat(spread(weights))
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(
                        IntStream.range(0, SmallFederation.CHUNKS)
                                .mapToObj(chunk -> ChunkCommand.weigh(Rounds.key(chunk), weights))
                                .toList())
                .allSatisfy(command -> assertThat(command.version()).isEqualTo(5));
    }

    /** A chunk restored from before version 4 still waits for those of round 4. */
    @Test
    void olderRoundsAreNotHeldBack() throws Exception {
        assertThat(spread(weights(4))).hasSize(SmallFederation.CHUNKS);
    }

    @Test
    void weightsThatCameWithTheCloseAreNotSentAgain() throws Exception {
        assertThat(spread(Altered.copy(weights(5), "measured", false))).isEmpty();
    }

    @Test
    void theWeightsOfAnotherModelTellNobody() throws Exception {
        assertThat(spread(Altered.copy(weights(5), "model", "other"))).isEmpty();
    }

    private static RoundWeights weights(int round) {
        var cohort = List.of(Rounds.accepted(Upload.of("silo-a", round), 1, "median"));
        var weights = Rounds.close("median", "sgd(lr=1)", 0, round, false, cohort).weights();
        return Altered.copy(weights, "measured", true);
    }

    private static List<ChunkCommand> spread(RoundWeights weights) throws Exception {
        try (var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new StreamFlatMap<>(new SpreadWeights(SINCE_4)))) {
            harness.open();
            harness.processElement(weights, 0);
            return harness.extractOutputValues();
        }
    }
}
