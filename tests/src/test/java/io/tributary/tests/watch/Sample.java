package io.tributary.tests.watch;

import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * A value that Prometheus has for a query.
 *
 * @param labels what it is of; not the name of the series
 */
record Sample(SortedMap<String, String> labels, double value) {

    /** As PromQL writes it, without the labels that name the process it came from. */
    @Override
    public String toString() {
        var shown =
                labels.entrySet().stream()
                        .filter(
                                label ->
                                        !label.getKey().matches("instance|job|host|.*_id|__name__"))
                        .map(label -> "%s=\"%s\"".formatted(label.getKey(), label.getValue()))
                        .collect(Collectors.joining(", "));
        return shown.isEmpty() ? String.valueOf(value) : "{%s} %s".formatted(shown, value);
    }
}
