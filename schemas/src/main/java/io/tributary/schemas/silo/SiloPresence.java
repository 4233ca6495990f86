package io.tributary.schemas.silo;

/**
 * A sign of life of a silo, and what it is doing.
 *
 * <p>Every one carries the silo's declarations, so that a reader who comes late needs only the
 * newest.
 *
 * @param kind joining, still here, or leaving
 * @param incarnation epoch milliseconds at which this silo process started
 * @param declaredTokens size of the silo's training text in tokens
 * @param declaredExamples size of the silo's training text in documents
 * @param phase what the silo is doing
 * @param model model it is working on; empty when idle
 * @param round round it is working on; 0 when idle
 * @param step local steps done in this round
 * @param steps local steps planned for this round
 * @param tokensPerSecond training speed over the last steps; 0 when not training
 * @param silos silos it speaks for: 1 for itself, more for a relay and its region
 */
public record SiloPresence(
        Kind kind,
        long incarnation,
        long declaredTokens,
        long declaredExamples,
        Phase phase,
        String model,
        int round,
        int step,
        int steps,
        double tokensPerSecond,
        int silos) {

    /** Of a silo that speaks for itself. */
    public SiloPresence(
            Kind kind,
            long incarnation,
            long declaredTokens,
            long declaredExamples,
            Phase phase,
            String model,
            int round,
            int step,
            int steps,
            double tokensPerSecond) {
        this(
                kind,
                incarnation,
                declaredTokens,
                declaredExamples,
                phase,
                model,
                round,
                step,
                steps,
                tokensPerSecond,
                1);
    }

    /** Why the record was sent. */
    public enum Kind {
        JOIN,
        HEARTBEAT,
        LEAVE
    }

    /** What a silo is doing. */
    public enum Phase {
        IDLE,
        DOWNLOADING,
        TRAINING,
        UPLOADING,
        EVALUATING
    }
}
