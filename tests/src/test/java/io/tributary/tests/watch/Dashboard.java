package io.tributary.tests.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A dashboard of Grafana.
 *
 * @param name of its file, without the ending
 * @param json what is in it
 */
record Dashboard(String name, JsonNode json) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), *\\w+\\)");

    /** All that Grafana is given, in the order of their names. */
    static List<Dashboard> all() throws IOException {
        var dashboards = new ArrayList<Dashboard>();
        try (var files = Files.list(SourceTree.docker().resolve("grafana/dashboards"))) {
            for (var file : files.sorted().toList()) {
                dashboards.add(read(file));
            }
        }
        return dashboards;
    }

    private static Dashboard read(Path file) throws IOException {
        var name = file.getFileName().toString().replace(".json", "");
        return new Dashboard(name, JSON.readTree(file.toFile()));
    }

    /** Its panels as they are in the file, without the rows that group them. */
    List<JsonNode> panels() {
        var panels = new ArrayList<JsonNode>();
        for (var panel : json.path("panels")) {
            if (!panel.path("type").asText().equals("row")) {
                panels.add(panel);
            }
        }
        return panels;
    }

    /** What its variables and panels ask for. */
    List<Panel> queries() {
        var queries = new ArrayList<Panel>();
        for (var variable : json.path("templating").path("list")) {
            var title = "$" + variable.path("name").asText();
            var matcher = LABEL_VALUES.matcher(variable.path("query").path("query").asText());
            if (!matcher.matches()) {
                throw new IllegalStateException(
                        "%s of %s does not ask for label_values".formatted(title, name));
            }
            queries.add(new Panel(name, title, matcher.group(1)));
        }
        for (var panel : panels()) {
            for (var target : panel.path("targets")) {
                queries.add(
                        new Panel(
                                name, panel.path("title").asText(), target.path("expr").asText()));
            }
        }
        return queries;
    }
}
