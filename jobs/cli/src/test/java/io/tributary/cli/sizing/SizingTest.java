package io.tributary.cli.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.codec.Codec;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizingTest {

    private static final long[] SIZES = {1, 1_000_000, 125_000_000, 7_000_000_000L};

    /** As {@code bench pipeline} runs it, with {@code nesterov} and no snapshots to speak of. */
    private static Sizing measured(long parameters, int silos, String u, String v, String rule) {
        return sizing(parameters, silos, u, v, rule, "nesterov(lr=0.7, momentum=0.9)", 100);
    }

    private static Sizing sizing(
            long parameters,
            int silos,
            String codec,
            String versionCodec,
            String rule,
            String optimizer,
            int snapshotEvery) {
        return new Sizing(
                new Workload(
                        parameters,
                        silos,
                        Codec.parse(codec),
                        Codec.parse(versionCodec),
                        AggregationRule.parse(rule),
                        ServerOptimizer.parse(optimizer),
                        snapshotEvery,
                        1,
                        Duration.ofHours(1),
                        Duration.ofDays(7),
                        3,
                        12.5e6));
    }

    /** The live heaps of the table in tests/README.md, "bench pipeline", at 100M parameters. */
    @ParameterizedTest
    @CsvSource({
        "8, f32, f32, mean, 1757",
        "8, f32, f32, fednova, 1754",
        "8, bf16, bf16, mean, 1753",
        "64, bf16, bf16, mean, 1767",
        "8, bf16, f32, median, 2521",
        "8, bf16, f32, trimmed-mean(f=2), 2513",
        "8, bf16, bf16, multi-krum(f=1), 2514"
    })
    void theLiveHeapIsWhatWasMeasuredToTwoPercent(
            int silos, String codec, String versionCodec, String rule, double megabytes) {
        var sizing = measured(100_000_000, silos, codec, versionCodec, rule);

        assertThat(sizing.liveHeapBytes() / 1e6).isCloseTo(megabytes, withinPercentage(2));
    }

    /** A small model shows how little is known of what does not depend on it. */
    @Test
    void theLiveHeapOfASmallModelIsWhatWasMeasuredToFifteenPercent() {
        var sizing = measured(10_000_000, 8, "bf16", "f32", "fednova");

        assertThat(sizing.liveHeapBytes() / 1e6).isCloseTo(270, withinPercentage(15));
        assertThat(sizing.stateBytes() / 1e6).isCloseTo(80.7, withinPercentage(2));
    }

    @Test
    void theHeapOfAFoldingRuleIsTheOneThatTheBenchmarkHad() {
        var sizing = measured(100_000_000, 8, "f32", "f32", "mean");

        assertThat(sizing.stateBytes()).isEqualTo(800e6);
        assertThat(sizing.heapBytes() - Sizing.FIXED_HEAP).isEqualTo(6 * 400e6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mean", "fednova"})
    void aFoldingRulesMemoryDoesNotKnowTheSilos(String rule) {
        for (long parameters : SIZES) {
            var few = measured(parameters, 2, "bf16", "f32", rule);
            var many = measured(parameters, 500, "bf16", "f32", rule);

            assertThat(many.liveHeapBytes()).isEqualTo(few.liveHeapBytes());
            assertThat(many.heapBytes()).isEqualTo(few.heapBytes());
            assertThat(many.stateBytes()).isEqualTo(few.stateBytes());
            assertThat(many.topicBytesPerRound()).isGreaterThan(few.topicBytesPerRound());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"median", "multi-krum(f=1)", "geometric-median"})
    void aHoldingRuleHoldsARowOfEachSilo(String rule) {
        var eight = measured(1_000_000, 8, "bf16", "f32", rule);
        var nine = measured(1_000_000, 9, "bf16", "f32", rule);

        assertThat(nine.liveHeapBytes() - eight.liveHeapBytes()).isEqualTo(eight.updateBytes());
        assertThat(nine.stateBytes()).isEqualTo(eight.stateBytes());
    }

    /** Every figure of a larger model is at least as large, whatever else is asked for. */
    @ParameterizedTest
    @CsvSource({
        "f32, f32, mean, sgd(lr=1), 1",
        "bf16, bf16, mean, 'nesterov(lr=0.7, momentum=0.9)', 10",
        "bf16, f32, median, fedadam(lr=0.1), 3",
        "f16, f32, centered-clipping(tau=1), sgd(lr=1), 1"
    })
    void everyFigureGrowsWithTheModel(
            String codec, String versionCodec, String rule, String optimizer, int snapshots) {
        for (int i = 1; i < SIZES.length; i++) {
            var small = sizing(SIZES[i - 1], 8, codec, versionCodec, rule, optimizer, snapshots);
            var large = sizing(SIZES[i], 8, codec, versionCodec, rule, optimizer, snapshots);
            var smaller = SizingFigures.of(small);
            var larger = SizingFigures.of(large);
            for (int f = 0; f < larger.size(); f++) {
                assertThat(larger.get(f).value())
                        .as(larger.get(f).name())
                        .isGreaterThanOrEqualTo(smaller.get(f).value());
            }
        }
    }

    /** The table in jobs/aggregation/README.md, in bytes a value. */
    @ParameterizedTest
    @CsvSource({
        "f32, sgd(lr=1), 1, 4",
        "f32, sgd(lr=1), 10, 4",
        "f32, 'nesterov(lr=0.7, momentum=0.9)', 1, 8",
        "f32, 'nesterov(lr=0.7, momentum=0.9)', 10, 4.4",
        "bf16, sgd(lr=1), 1, 6",
        "bf16, sgd(lr=1), 10, 2.4",
        "bf16, 'nesterov(lr=0.7, momentum=0.9)', 1, 10",
        "bf16, 'nesterov(lr=0.7, momentum=0.9)', 10, 2.8"
    })
    void aVersionTakesWhatTheTableOfCodecsSays(
            String versionCodec, String optimizer, int snapshotEvery, double bytes) {
        var sizing = sizing(1_000_000, 4, "f32", versionCodec, "mean", optimizer, snapshotEvery);

        assertThat(sizing.meanVersionBytes() / 1e6).isCloseTo(bytes, withinPercentage(1e-9));
    }

    @Test
    void moreTasksShareAModelAndSomeHaveMore() {
        double last = Double.MAX_VALUE;
        for (int parallelism : new int[] {1, 2, 7, 16, 60, 360}) {
            var w = measured(7_000_000_000L, 16, "bf16", "bf16", "mean").workload();
            var sizing = new Sizing(with(w, parallelism));
            double even = (sizing.heapBytes() - parallelism * Sizing.FIXED_HEAP) / parallelism;

            assertThat(sizing.taskHeapBytes()).isLessThan(last);
            assertThat(sizing.taskHeapBytes()).isGreaterThanOrEqualTo(even);
            last = sizing.taskHeapBytes();
        }
    }

    @Test
    void theParallelismLeavesNoTaskMoreThanItsHeap() {
        for (long parameters : SIZES) {
            var w = measured(parameters, 16, "bf16", "bf16", "mean").workload();
            var sizing = new Sizing(with(w, 0));

            assertThat(360 % sizing.parallelism()).isZero();
            assertThat(sizing.taskHeapBytes()).isLessThanOrEqualTo(Sizing.TASK_HEAP);
        }
    }

    private static Workload with(Workload w, int parallelism) {
        return new Workload(
                w.parameters(),
                w.silos(),
                w.codec(),
                w.versionCodec(),
                w.rule(),
                w.optimizer(),
                w.snapshotEvery(),
                parallelism,
                w.interval(),
                w.retention(),
                w.copies(),
                w.bytesPerSecond());
    }

    @Test
    void aTransactionHasTwiceTheUploadAndWholeMinutes() {
        assertThat(Sizing.transactionTimeout(Duration.ofSeconds(1)))
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(Sizing.transactionTimeout(Duration.ofSeconds(30)))
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(Sizing.transactionTimeout(Duration.ofSeconds(31)))
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(Sizing.transactionTimeout(Duration.ofHours(1))).isEqualTo(Duration.ofHours(2));
    }

    /** 12.5 MB/s; an update of 250 MB. */
    @Test
    void anUploadTakesItsBytesByTheBandwidth() {
        var sizing = measured(125_000_000, 16, "bf16", "bf16", "mean");

        assertThat(sizing.uploadTime()).isEqualTo(Duration.ofSeconds(20));
        assertThat(sizing.updateBytes()).isEqualTo(250e6);
    }

    @Test
    void aModelHasNoMoreChunksThanItsManifestLists() {
        assertThat(measured(16_000_000_000L, 2, "bf16", "bf16", "mean").fitsOneModel()).isTrue();
        var tooLarge = measured(70_000_000_000L, 2, "bf16", "bf16", "mean");

        assertThat(tooLarge.fitsOneModel()).isFalse();
        assertThat(SizingText.of(tooLarge))
                .contains("warning: 284,831 chunks do not fit one model");
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> measured(0, 2, "f32", "f32", "mean"))
                .hasMessage("the number of parameters must be at least 1, got 0");
        assertThatThrownBy(() -> measured(1, 2, "f32", "f16", "mean"))
                .hasMessageStartingWith("versions are f32 or bf16");
        assertThatThrownBy(() -> measured(1, 4, "f32", "f32", "krum(f=1)"))
                .hasMessageContaining("krum");
    }

    @ParameterizedTest
    @CsvSource({
        "100 Mbit/s, 12500000, 12.5 MB/s",
        "1 Gbit/s, 125000000, 125 MB/s",
        "64kbit/s, 8000, 8.00 kB/s",
        "2.5 GB/s, 2.5e9, 2.50 GB/s"
    })
    void bandwidthsAreReadInBitsAndBytes(String text, double bytesPerSecond, String again) {
        assertThat(Bandwidth.parse(text)).isEqualTo(bytesPerSecond);
        assertThat(Bandwidth.text(bytesPerSecond)).isEqualTo(again);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "100 Mbit", "0 MB/s", "fast MB/s", "1 mB/s"})
    void otherBandwidthsAreRefused(String text) {
        assertThatThrownBy(() -> Bandwidth.parse(text))
                .hasMessageContaining("is not a bandwidth such as 100 Mbit/s");
    }
}
