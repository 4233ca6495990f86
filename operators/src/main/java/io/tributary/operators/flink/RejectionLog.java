package io.tributary.operators.flink;

import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log what was rejected: one line each, but of each silo and reason no more than a few
 * a minute. A line says how many were left out before it, and the last of a minute that the next
 * will be; the counters have them all.
 */
final class RejectionLog {

    private static final Logger LOG = LoggerFactory.getLogger(RejectionLog.class);

    private static final int LINES = 5;
    private static final long WINDOW_MILLIS = 60_000;

    private final LineLimit<Kind> limit = new LineLimit<>(LINES, WINDOW_MILLIS);
    private final LongSupplier clock;

    private record Kind(String silo, RejectionReason reason) {}

    RejectionLog(LongSupplier clock) {
        this.clock = clock;
    }

    void say(RejectedUpdate rejected) {
        var kind = new Kind(rejected.silo(), rejected.reason());
        var verdict = limit.admit(kind, clock.getAsLong());
        if (verdict.write()) {
            LOG.warn("{}", line(rejected, verdict));
        }
    }

    static String line(RejectedUpdate rejected, LineLimit.Verdict verdict) {
        var line = new StringBuilder();
        line.append(
                "update rejected: silo=%s reason=%s model=%s round=%s attempt=%s chunk=%s partition=%s offset=%s: %s"
                        .formatted(
                                rejected.silo(),
                                Label.of(rejected.reason()),
                                rejected.model(),
                                rejected.round(),
                                rejected.attempt(),
                                rejected.chunk(),
                                rejected.partition(),
                                rejected.offset(),
                                rejected.detail()));
        if (verdict.leftOut() > 0) {
            line.append(
                    " (%s of this silo and reason left out before)".formatted(verdict.leftOut()));
        }
        if (verdict.last()) {
            line.append(" (more of this silo and reason are counted only, for a minute)");
        }
        return inOneLine(line);
    }

    /** A silo's own words must not look like a line of somebody else's. */
    private static String inOneLine(CharSequence words) {
        var line = new StringBuilder(words.length());
        words.codePoints()
                .map(c -> Character.isISOControl(c) || isLineBreak(c) ? '?' : c)
                .forEach(line::appendCodePoint);
        return line.toString();
    }

    private static boolean isLineBreak(int c) {
        int type = Character.getType(c);
        return type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.FORMAT;
    }
}
