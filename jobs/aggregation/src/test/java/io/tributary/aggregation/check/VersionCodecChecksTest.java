package io.tributary.aggregation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.check.Finding.Level;
import io.tributary.schemas.codec.Codec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionCodecChecksTest {

    /** Bytes of a value: 4 in f32; 2 in bf16, and 4 more with every snapshot. */
    @ParameterizedTest
    @CsvSource({"1, WARNING", "2, WARNING", "3, OK", "10, OK"})
    void versionsInBf16WantFewSnapshots(int snapshotEvery, Level level) {
        var findings = VersionCodecChecks.of(Codec.BF16, snapshotEvery);

        assertThat(findings).extracting(Finding::level).containsExactly(level);
        boolean fewer = 2 + 4.0 / snapshotEvery < 4;
        assertThat(level == Level.OK).isEqualTo(fewer);
    }

    @Test
    void aWarningSaysWhatToChange() {
        assertThat(VersionCodecChecks.of(Codec.BF16, 1).get(0).sentence())
                .isEqualTo(
                        "round.version-codec is bf16, and with round.snapshot-every (1) the"
                                + " parameters follow in f32 so often that silos read no less than"
                                + " without; raise round.snapshot-every to 10, for instance");
    }

    @Test
    void versionsInFullAreNotTalkedAbout() {
        assertThat(VersionCodecChecks.of(Codec.F32, 1)).isEmpty();
    }
}
