package io.tributary.operators.flink;

import java.util.Locale;

/** How constants are written in labels of metrics and in log lines: lower case, with dashes. */
final class Label {

    private Label() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
