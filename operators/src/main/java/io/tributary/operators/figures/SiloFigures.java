package io.tributary.operators.figures;

import io.tributary.operators.round.AcceptedUpdate;
import io.tributary.operators.round.SiloStanding;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import org.jspecify.annotations.Nullable;

/**
 * What there is to tell of one silo.
 *
 * @param standing what the round policy knows of it
 * @param seenMillis when its last sign of life was read, its leave included, epoch milliseconds; 0
 *     before the first
 * @param alignment cosine between its last delta and the step the federation took from the same
 *     base, as the silo tells it; null before the first
 * @param update its last accepted update
 * @param evaluation its last measurement of a version
 */
public record SiloFigures(
        SiloStanding standing,
        long seenMillis,
        @Nullable Double alignment,
        @Nullable Update update,
        @Nullable SiloEvaluation evaluation) {

    /**
     * An accepted update.
     *
     * @param norm L2 norm of the delta
     * @param weight its share in the plan, discounted if it came late
     * @param trainLoss as the silo reports it, nats per token
     */
    public record Update(double norm, double weight, double trainLoss) {}

    /** Of a silo that nothing but this is known of. */
    public static SiloFigures of(SiloStanding standing) {
        return new SiloFigures(standing, 0, null, null, null);
    }

    public String silo() {
        return standing.silo();
    }

    public SiloFigures with(SiloStanding next) {
        return new SiloFigures(next, seenMillis, alignment, update, evaluation);
    }

    public SiloFigures with(SiloPresence next, long nowMillis) {
        boolean tells = next.alignedVersion() > 0 && Math.abs(next.alignment()) <= 1;
        var told = tells ? Double.valueOf(next.alignment()) : alignment;
        return new SiloFigures(standing, nowMillis, told, update, evaluation);
    }

    public SiloFigures with(AcceptedUpdate next) {
        var accepted = new Update(next.update().norm(), next.weight(), next.update().trainLoss());
        return new SiloFigures(standing, seenMillis, alignment, accepted, evaluation);
    }

    /** An evaluation that is no measurement, without tokens for instance, changes nothing. */
    public SiloFigures with(SiloEvaluation next) {
        boolean measures = next.tokens() > 0 && next.nats() >= 0 && Double.isFinite(next.nats());
        return measures ? new SiloFigures(standing, seenMillis, alignment, update, next) : this;
    }
}
