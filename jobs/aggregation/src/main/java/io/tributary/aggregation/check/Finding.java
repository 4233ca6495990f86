package io.tributary.aggregation.check;

import java.util.List;

/**
 * What a check has found.
 *
 * @param level how bad it is
 * @param check what was looked at, in two or three words
 * @param fact a sentence with the values, without a full stop
 * @param remedy what to change, as an imperative; empty if all is well
 */
public record Finding(Level level, String check, String fact, String remedy) {

    /** How bad it is; the worst is last. */
    public enum Level {
        OK,
        /** It works, and may not always. */
        WARNING,
        /** It cannot work: a job does not start. */
        PROBLEM
    }

    public static Finding ok(String check, String fact) {
        return new Finding(Level.OK, check, fact, "");
    }

    public static Finding warning(String check, String fact, String remedy) {
        return new Finding(Level.WARNING, check, fact, remedy);
    }

    public static Finding problem(String check, String fact, String remedy) {
        return new Finding(Level.PROBLEM, check, fact, remedy);
    }

    /** Fact and remedy in one. */
    public String sentence() {
        return remedy.isEmpty() ? fact : fact + "; " + remedy;
    }

    /** Those of one level, in their order. */
    public static List<Finding> of(Level level, List<Finding> findings) {
        return findings.stream().filter(finding -> finding.level() == level).toList();
    }

    /** The worst level among them; ok if there are none. */
    public static Level worst(List<Finding> findings) {
        return findings.stream().map(Finding::level).reduce(Level.OK, Finding::worse);
    }

    private static Level worse(Level a, Level b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
