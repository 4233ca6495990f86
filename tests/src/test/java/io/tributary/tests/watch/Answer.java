package io.tributary.tests.watch;

import java.util.List;

/**
 * What Prometheus has for a panel.
 *
 * @param query what was asked, without variables
 */
record Answer(Panel panel, String query, List<Sample> samples) {

    /** Whether there is something to draw. */
    boolean hasData() {
        return samples.stream().anyMatch(sample -> !Double.isNaN(sample.value()));
    }

    /** The first sample that is a number, and how many there are. */
    String value() {
        var first = samples.stream().filter(sample -> !Double.isNaN(sample.value())).findFirst();
        if (first.isEmpty()) {
            return samples.isEmpty() ? "no data" : "not a number";
        }
        var more = samples.size() == 1 ? "" : " and %s more".formatted(samples.size() - 1);
        return first.get() + more;
    }
}
