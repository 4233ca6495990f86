package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class RejectionMetricsTest {

    private final ShownMetrics shown = new ShownMetrics();
    private final RejectionMetrics rejections =
            new RejectionMetrics(shown.group(), shown.clock::get);

    @Test
    void everyReasonIsThereBeforeAnythingIsRejected() {
        assertThat(shown.all()).hasSize(RejectionReason.values().length);
        for (var reason : RejectionReason.values()) {
            var label = reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
            assertThat(shown.of("reason_rejectedUpdates{reason=" + label + "}")).isZero();
        }
    }

    @Test
    void aSiloIsThereFromTheFirstThatIsHeardOfIt() {
        rejections.expect("acme");
        rejections.expect("acme");
        assertThat(shown.of("silo_rejectedUpdates{silo=acme}")).isZero();

        rejections.count(rejected("acme", RejectionReason.CRC_MISMATCH));
        rejections.count(rejected("acme", RejectionReason.LATE));
        rejections.count(rejected("beta", RejectionReason.LATE));

        assertThat(shown.of("silo_rejectedUpdates{silo=acme}")).isEqualTo(2);
        assertThat(shown.of("silo_rejectedUpdates{silo=beta}")).isEqualTo(1);
        assertThat(shown.of("reason_rejectedUpdates{reason=crc-mismatch}")).isEqualTo(1);
        assertThat(shown.of("reason_rejectedUpdates{reason=late}")).isEqualTo(2);
    }

    @Test
    void ofAFloodAllAreCounted() {
        for (int i = 0; i < 1_000; i++) {
            rejections.count(rejected("acme", RejectionReason.MALFORMED));
        }
        assertThat(shown.of("reason_rejectedUpdates{reason=malformed}")).isEqualTo(1_000);
    }

    private static RejectedUpdate rejected(String silo, RejectionReason reason) {
        return new RejectedUpdate(silo, 1, 2, "main", 3, 1, -1, reason, "a test", 4);
    }
}
