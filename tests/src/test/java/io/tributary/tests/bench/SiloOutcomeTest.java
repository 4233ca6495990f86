package io.tributary.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.codec.Codec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code bench silo} makes of what it has measured. */
class SiloOutcomeTest {

    private static final SiloSetting SETTING =
            new SiloSetting("nowhere:1", 1_000_000, Codec.BF16, Codec.F32);

    @Test
    void speedsAreComparedByTheirMedians() {
        var outcome =
                outcome(
                        repetition(1, 2, 3, 4),
                        repetition(7, 10, 30, 60),
                        repetition(9, 11, 40, 50));

        assertThat(outcome.download().ratio()).isEqualTo(0.7);
        assertThat(outcome.download().met()).isTrue();
        assertThat(outcome.upload().ratio()).isEqualTo(0.6);
        assertThat(outcome.upload().met()).isFalse();
        assertThat(outcome.upload().raw().seconds()).isEqualTo(30);
    }

    @Test
    void memoryIsCountedInModelsOfFloats() {
        assertThat(outcome(repetition(1, 1, 1, 1)).liveModels()).isEqualTo(1.25);
    }

    @Test
    void whatAProcessSaysIsReadBack() {
        var transfer = new Transfer(17, 0.25, 0.5);
        assertThat(Transfer.parse(transfer.line())).isEqualTo(transfer);
        var use = new MemoryUse(1, 2, 3);
        assertThat(MemoryUse.parse(use.line())).isEqualTo(use);
        assertThat(SiloSetting.parse(SETTING.arguments())).isEqualTo(SETTING);
    }

    @Test
    void linesAndReportSayWhatIsMet() {
        var outcome = outcome(repetition(7, 10, 3, 5));

        assertThat(String.join("\n", SiloLines.of(outcome)))
                .contains("1M parameters; updates in bf16 (2 MB), versions in f32 (4 MB)")
                .containsPattern("upload .* 0\\.60 .* no ")
                .containsPattern("download .* 0\\.70 .* yes ")
                .containsPattern("live, heap\\+direct .* 1\\.25 .* no");
        var json = SiloReport.of(outcome);
        assertThat(json.get("upload").get("met").booleanValue()).isFalse();
        assertThat(json.get("download").get("met").booleanValue()).isTrue();
        assertThat(json.get("repetitions")).hasSize(1);
        assertThat(json.get("memoryBeyondTrainer").get("liveModels").doubleValue()).isEqualTo(1.25);
    }

    @Test
    void aModelHasTheParametersThatWereAskedFor() {
        assertThat(new SiloModel(100_000_000).layout().elements()).isEqualTo(100_000_000);
    }

    private static SiloOutcome outcome(SiloOutcome.Repetition... repetitions) {
        return new SiloOutcome(
                SETTING,
                List.of(repetitions),
                new SiloOutcome.Memory(
                        new MemoryUse(0, 0, 0),
                        new MemoryUse(1_000_000, 4_000_000, 0),
                        new MemoryUse(0, 0, 6_000_000)));
    }

    private static SiloOutcome.Repetition repetition(
            double consumed, double downloaded, double produced, double uploaded) {
        return new SiloOutcome.Repetition(
                transfer(consumed), transfer(downloaded), transfer(produced), transfer(uploaded));
    }

    private static Transfer transfer(double seconds) {
        return new Transfer(2_000_000, seconds, seconds);
    }
}
