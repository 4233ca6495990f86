package io.tributary.cli.doctor;

import static org.apache.flink.util.TimeUtils.formatWithHighestUnit;

import io.tributary.aggregation.check.Finding;
import io.tributary.cli.ParameterCount;
import io.tributary.cli.sizing.Bandwidth;
import io.tributary.cli.sizing.Sizing;
import io.tributary.cli.sizing.SizingText;
import io.tributary.kafka.client.UploadProbe.Measured;
import io.tributary.schemas.codec.Codec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long an update takes on a silo's link against the times it has to keep to. */
public final class LinkChecks {

    private static final String CHECK = "upload";

    private LinkChecks() {}

    /** What was measured. */
    public static List<Finding> of(Measured measured) {
        return List.of(
                Finding.ok(
                        "bandwidth",
                        "%s to the broker, of %s sent and taken back"
                                .formatted(
                                        Bandwidth.text(measured.bytesPerSecond()),
                                        SizingText.bytes(measured.sent()))));
    }

    /**
     * @param link of the model and its codec, with the bandwidth that was measured
     * @param transactionTimeout of the silo
     * @param brokersLongest the broker's {@code transaction.max.timeout.ms}; null if it does not
     *     tell
     * @param deadline of a round; null if it is not known
     */
    public static List<Finding> of(
            Sizing link,
            Duration transactionTimeout,
            @Nullable Duration brokersLongest,
            @Nullable Duration deadline) {
        var upload = link.uploadTime();
        var needed = link.transactionTimeout();
        var fact =
                "an update of %s parameters in %s (%s) takes %s"
                        .formatted(
                                ParameterCount.text(link.workload().parameters()),
                                link.workload().codec().lowerCaseName(),
                                SizingText.bytes(link.updateBytes()),
                                time(upload));
        var findings = new ArrayList<Finding>();
        boolean never = upload.compareTo(transactionTimeout) >= 0;
        if (never || needed.compareTo(transactionTimeout) > 0) {
            findings.add(
                    new Finding(
                            never ? Finding.Level.PROBLEM : Finding.Level.WARNING,
                            CHECK,
                            "%s, and the silo's transaction may take %s: %s"
                                    .formatted(
                                            fact,
                                            formatWithHighestUnit(transactionTimeout),
                                            never
                                                    ? "the broker would end it before it is whole"
                                                    : "a busier link would be too slow"),
                            longer(link, needed, brokersLongest)));
        }
        if (deadline != null && upload.compareTo(deadline) >= 0) {
            findings.add(
                    Finding.problem(
                            CHECK,
                            "%s, longer than round.deadline (%s): the silo would always be late"
                                    .formatted(fact, formatWithHighestUnit(deadline)),
                            "raise round.deadline" + smaller(link)));
        }
        if (findings.isEmpty()) {
            findings.add(
                    Finding.ok(
                            CHECK,
                            "%s, well within the silo's transaction timeout (%s)"
                                    .formatted(fact, formatWithHighestUnit(transactionTimeout))));
        }
        return findings;
    }

    private static String longer(Sizing link, Duration needed, @Nullable Duration brokersLongest) {
        var remedy =
                "start the silo with --transaction-timeout '%s'"
                        .formatted(formatWithHighestUnit(needed));
        if (brokersLongest != null && needed.compareTo(brokersLongest) > 0) {
            remedy +=
                    ", and raise transaction.max.timeout.ms (%s) to %s on every broker"
                            .formatted(formatWithHighestUnit(brokersLongest), needed.toMillis());
        }
        return remedy + smaller(link);
    }

    private static String smaller(Sizing link) {
        return link.workload().codec() == Codec.F32
                ? ", or halve the update with round.codec: bf16"
                : "";
    }

    private static String time(Duration duration) {
        return SizingText.time(duration.toMillis() / 1e3);
    }
}
