package io.tributary.operators.flink;

import io.tributary.operators.figures.StepFigures;
import io.tributary.operators.figures.VersionFigures;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.UpdateVerdict;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log how rounds end: one line each, when the version can be read. */
final class RoundLog {

    private static final Logger LOG = LoggerFactory.getLogger(RoundLog.class);

    private RoundLog() {}

    /**
     * A version can be read whole.
     *
     * @param outcome how its round was closed; null if it was given and not made
     */
    static void readable(VersionFigures version, @Nullable RoundOutcome outcome, long nowMillis) {
        var step = version.step();
        LOG.info(
                "{}",
                outcome == null || step == null
                        ? "version readable: version=" + version.version()
                        : closed(outcome, step, nowMillis));
    }

    /** A round goes on past its deadline, nothing comes of it, or a relay has closed it. */
    static void told(RoundOutcome outcome) {
        LOG.info(
                "round {}: round={} {}: {}",
                Label.of(outcome.status()),
                outcome.round(),
                verdicts(outcome),
                outcome.reason());
    }

    /** A version or a sum is overdue. */
    static void overdue(int number) {
        LOG.warn("overdue, published again: version={}", number);
    }

    static String closed(RoundOutcome outcome, StepFigures step, long readableMillis) {
        return "round closed: round=%s version=%s cohort=%s late=%s %s seconds=%s combinedNorm=%s consensus=%s"
                .formatted(
                        outcome.round(),
                        step.version(),
                        step.cohort(),
                        step.late(),
                        verdicts(outcome),
                        rounded((readableMillis - outcome.openedMillis()) / 1e3),
                        rounded(step.combinedDeltaNorm()),
                        rounded(step.consensus()));
    }

    private static String verdicts(RoundOutcome outcome) {
        return "rejected=%s missing=%s"
                .formatted(
                        count(outcome, UpdateVerdict.Status.REJECTED),
                        count(outcome, UpdateVerdict.Status.MISSING));
    }

    private static long count(RoundOutcome outcome, UpdateVerdict.Status status) {
        return outcome.verdicts().stream().filter(v -> v.status() == status).count();
    }

    /** Four digits are enough to read. */
    private static String rounded(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
