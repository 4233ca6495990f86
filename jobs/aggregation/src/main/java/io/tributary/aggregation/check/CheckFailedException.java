package io.tributary.aggregation.check;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The job cannot work with what it was given, or where it is to run. The message says all of it.
 */
public final class CheckFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private CheckFailedException(List<Finding> problems) {
        super(problems.stream().map(Finding::sentence).collect(Collectors.joining(". ")));
    }

    /**
     * @throws CheckFailedException if there is a problem among the findings
     */
    public static void throwIfAny(List<Finding> findings) {
        var problems = Finding.of(Finding.Level.PROBLEM, findings);
        if (!problems.isEmpty()) {
            throw new CheckFailedException(problems);
        }
    }
}
