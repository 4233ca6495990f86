package io.tributary.aggregation.replay;

/** Hears how far a replay is. */
@FunctionalInterface
public interface ReplayProgress {

    /** What is done with the updates of a round. */
    enum Pass {
        /** They are looked for on the log. */
        FIND,
        /** Inner products of their chunks are added up. */
        MEASURE,
        /** The version is made, chunk by chunk. */
        MAKE
    }

    /**
     * @param version version that is made
     * @param pass what is done
     * @param done chunks that are done
     * @param chunks chunks in all
     */
    void on(int version, Pass pass, int done, int chunks);
}
