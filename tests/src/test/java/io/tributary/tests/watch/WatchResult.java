package io.tributary.tests.watch;

import java.util.List;

/**
 * What a watched run has shown.
 *
 * @param answers of every query of every dashboard
 * @param firing alerts, of a run in which nothing was wrong
 * @param lost targets that could not be scraped
 * @param broken rules that could not be evaluated
 */
record WatchResult(
        List<Answer> answers, List<Sample> firing, List<String> lost, List<String> broken) {

    /** Queries that nothing was answered to. */
    List<Answer> empty() {
        return answers.stream().filter(answer -> !answer.hasData()).toList();
    }

    boolean isGood() {
        return empty().isEmpty() && firing.isEmpty() && lost.isEmpty() && broken.isEmpty();
    }
}
