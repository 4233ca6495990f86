package io.tributary.operators.flink;

import io.tributary.operators.round.Decision;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.update.RejectionReason;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Counts what a coordinator decides. */
final class DecisionMetrics {

    private final SiloMetrics silos;
    private final RejectionMetrics rejections;
    private final Counter accepted;
    private final Counter refused;
    private final Counter late;
    private final Counter withdrawn;
    private final Counter extended;
    private final Counter abandoned;
    private final Counter republished;

    /**
     * @param republishes counter of what is published again when it is overdue
     */
    DecisionMetrics(
            MetricGroup metrics,
            SiloMetrics silos,
            RejectionMetrics rejections,
            String republishes) {
        this.silos = silos;
        this.rejections = rejections;
        accepted = metrics.counter("acceptedUpdates");
        refused = metrics.counter("refusedUpdates");
        late = metrics.counter("lateUpdates");
        withdrawn = metrics.counter("withdrawnUploads");
        extended = metrics.counter("extendedRounds");
        abandoned = metrics.counter("abandonedRounds");
        republished = metrics.counter(republishes);
    }

    /** What was decided at one time. */
    void count(List<Decision> decisions) {
        boolean abandons = decisions.stream().anyMatch(DecisionMetrics::abandons);
        for (var decision : decisions) {
            if (decision instanceof Decision.Accept accept) {
                accepted(accept);
            } else if (decision instanceof Decision.Reject reject) {
                rejected(reject, abandons);
            } else if (decision instanceof Decision.Withdraw) {
                withdrawn.inc();
            } else if (decision instanceof Decision.Republish) {
                republished.inc();
            } else if (abandons(decision)) {
                abandoned.inc();
            } else if (decision instanceof Decision.Tell tell
                    && tell.outcome().status() == RoundStatus.EXTENDED) {
                extended.inc();
            }
        }
    }

    private static boolean abandons(Decision decision) {
        return decision instanceof Decision.Tell tell
                && tell.outcome().status() == RoundStatus.ABANDONED;
    }

    private void accepted(Decision.Accept accept) {
        accepted.inc();
        silos.accepted(accept.accepted());
        if (accept.accepted().update().id().round() < accept.plan().round()) {
            late(accept.accepted().silo());
        }
    }

    /**
     * @param abandons whether the round is abandoned, whose updates are refused as late though they
     *     came in time
     */
    private void rejected(Decision.Reject reject, boolean abandons) {
        refused.inc();
        rejections.count(reject.rejected());
        var reason = reject.rejected().reason();
        if (!abandons && (reason == RejectionReason.LATE || reason == RejectionReason.STALE)) {
            late(reject.rejected().silo());
        }
    }

    private void late(String silo) {
        late.inc();
        silos.late(silo);
    }
}
