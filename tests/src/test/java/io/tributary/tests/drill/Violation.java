package io.tributary.tests.drill;

/**
 * A promise that was not kept.
 *
 * @param law which
 * @param detail of what, with its values
 */
record Violation(Law law, String detail) {

    /** What holds in every federation, whatever happens to it. */
    enum Law {
        /** Every record can be decoded. */
        READABLE,
        /** Versions are numbered from 0 without a gap, and all that were to be made are there. */
        VERSIONS_CONTIGUOUS,
        /** A version has one manifest, however often it is published. */
        ONE_MANIFEST,
        /** The chunks a manifest names are on the log, with the checksums it names. */
        CHUNKS_THERE,
        /** The digest of a manifest is that of the checksums it names. */
        DIGEST_RIGHT,
        /** A round has one plan, however often it is written; in a drill nobody is evicted. */
        ONE_PLAN,
        /**
         * No silo is in a cohort twice, and every round has a plan that names the cohort and its
         * weights.
         */
        COHORT_PLANNED,
        /** Behind every member of a cohort is one update that can be read whole. */
        COHORT_UPLOADED,
        /** An update that can be read is in a version, or rejected. */
        UPDATE_ACCOUNTED,
        /** A rejected update is in no version, as long as the job keeps its state. */
        VERDICT_KEPT,
        /** A version is what its plan and cohort make it, without any fault. */
        SAME_BITS,
        /** An outage takes what it was to take; else it has shown nothing. */
        FAULT_HAS_EFFECT,
        /** The federation gets on. */
        NOT_STALLED,
        /** No transaction is open for longer than its timeout: readers wait for nobody. */
        NOT_BLOCKED,
        /** No process ends but those that are killed, and none for lack of memory. */
        PROCESSES_LIVE
    }

    static Violation of(Law law, String detail, Object... values) {
        return new Violation(law, detail.formatted(values));
    }

    @Override
    public String toString() {
        return law + ": " + detail;
    }
}
