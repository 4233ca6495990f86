package io.tributary.cli.sizing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A sizing for scripts; bytes and seconds are in the names. */
public final class SizingJson {

    private SizingJson() {}

    public static ObjectNode of(Sizing sizing) {
        var w = sizing.workload();
        var root = JsonNodeFactory.instance.objectNode();
        root.put("parameters", w.parameters());
        root.put("silos", w.silos());
        root.put("codec", w.codec().lowerCaseName());
        root.put("version_codec", w.versionCodec().lowerCaseName());
        root.put("rule", w.rule().toString());
        var figures = root.putObject("figures");
        var formulas = root.putObject("formulas");
        for (var figure : SizingFigures.of(sizing)) {
            if (figure.value() == Math.rint(figure.value())) {
                figures.put(figure.key(), (long) figure.value());
            } else {
                figures.put(figure.key(), figure.value());
            }
            formulas.put(figure.key(), figure.formula());
        }
        var warnings = root.putArray("warnings");
        SizingText.warnings(sizing).forEach(warnings::add);
        return root;
    }
}
