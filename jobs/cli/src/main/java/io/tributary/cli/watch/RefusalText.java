package io.tributary.cli.watch;

import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.util.Locale;
import java.util.OptionalDouble;

/** A refused update in words. */
final class RefusalText {

    private RefusalText() {}

    /** {@code late: xml, round 3: round 3 had closed; ...}. */
    static String of(RejectedUpdate refused) {
        boolean late = refused.reason() == RejectionReason.LATE;
        var round = refused.round() < 0 ? "" : ", round " + refused.round();
        var detail = Figures.printable(refused.detail());
        return late
                ? "late: %s%s: %s".formatted(refused.silo(), round, detail)
                : "rejected: %s%s: %s; %s"
                        .formatted(refused.silo(), round, name(refused.reason()), detail);
    }

    /** As above, with how late it was: {@code late by 0:12: xml, round 3: ...}. */
    static String of(RejectedUpdate refused, OptionalDouble secondsLate) {
        var text = of(refused);
        return secondsLate.isEmpty()
                ? text
                : text.replaceFirst(
                        "^late:",
                        "late by %s:".formatted(Figures.clock(secondsLate.getAsDouble())));
    }

    /** {@code crc mismatch}. */
    static String name(RejectionReason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
