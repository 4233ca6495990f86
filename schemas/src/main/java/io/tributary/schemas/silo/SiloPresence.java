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
 * @param alignment cosine, estimated on some coordinates, between its last delta and the step that
 *     the federation took from the same base; 0 if none yet. A hint for people: nothing is decided
 *     by it
 * @param alignedVersion version that this step led to; 0 if none yet
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
        int silos,
        double alignment,
        int alignedVersion) {

    /** Of a silo that cannot tell its alignment: a relay. */
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
            double tokensPerSecond,
            int silos) {
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
                silos,
                0,
                0);
    }

    /** Of a silo that speaks for itself, and has no alignment yet. */
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

    /** The same sign of life, which tells how the last delta lay to the step of a version. */
    public SiloPresence withAlignment(double cosine, int version) {
        return new SiloPresence(
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
                silos,
                cosine,
                version);
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
