package io.tributary.cli;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the process's exit status means. Scripts may rely on it; {@code tributary --help} lists it,
 * and {@code README.md} says who returns it.
 */
final class ExitCode {

    /** Done. */
    static final int OK = 0;

    /** Something failed that none of the others describes. */
    static final int FAILURE = 1;

    /** The command line or the configuration cannot be right; nothing was started. */
    static final int USAGE = 2;

    /** The Kafka cluster or the schema registry cannot be reached, or refuses the caller. */
    static final int CLUSTER = 3;

    /** What was asked for is not there: a federation, a model, a version. */
    static final int NOT_FOUND = 4;

    /** {@code doctor}: nothing is wrong, but something may go wrong. */
    static final int WARNINGS = 5;

    /** The job has refused an operator's command; nothing has changed. */
    static final int REFUSED = 6;

    /** No job has answered an operator's command in time; it stays on the log. */
    static final int UNANSWERED = 7;

    /** Interrupted from the keyboard. */
    static final int INTERRUPTED = 130;

    private static final SortedMap<Integer, String> MEANINGS = meaningsOfAll();

    private ExitCode() {}

    /** Every code with what it means, for people. */
    static SortedMap<Integer, String> meanings() {
        return MEANINGS;
    }

    private static SortedMap<Integer, String> meaningsOfAll() {
        var meanings = new TreeMap<Integer, String>();
        meanings.put(OK, "done");
        meanings.put(FAILURE, "failed");
        meanings.put(
                USAGE,
                "the command line or the configuration cannot be right; nothing was started");
        meanings.put(
                CLUSTER,
                "the Kafka cluster or the schema registry cannot be reached, or refuses the caller");
        meanings.put(
                NOT_FOUND, "what was asked for is not there: a federation, a model, a version");
        meanings.put(WARNINGS, "doctor: there are warnings, and no problem");
        meanings.put(REFUSED, "the job has refused an operator's command; nothing has changed");
        meanings.put(
                UNANSWERED,
                "no job has answered an operator's command in time; it stays on the log");
        meanings.put(INTERRUPTED, "interrupted");
        return Collections.unmodifiableSortedMap(meanings);
    }
}
