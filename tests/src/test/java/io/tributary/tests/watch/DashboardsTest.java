package io.tributary.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Grafana would complain of, or show badly. Whether panels have data, WatchITCase tests. */
class DashboardsTest {

    private static final int COLUMNS = 24;

    @Test
    void thereAreFour() throws IOException {
        assertThat(Dashboard.all())
                .extracting(Dashboard::name)
                .containsExactly("federation", "pipeline", "rounds", "silos");
        assertThat(Dashboard.all())
                .extracting(dashboard -> dashboard.json().path("uid").asText())
                .doesNotHaveDuplicates()
                .allMatch(uid -> uid.startsWith("tributary-"));
    }

    @Test
    void everythingAsksTheProvisionedDatasource() throws IOException {
        var provisioning =
                SourceTree.docker().resolve("grafana/provisioning/datasources/prometheus.yaml");
        var uid =
                new YAMLMapper()
                        .readTree(provisioning.toFile())
                        .path("datasources")
                        .path(0)
                        .path("uid")
                        .asText();

        for (var dashboard : Dashboard.all()) {
            assertThat(dashboard.json().findValues("datasource"))
                    .as(dashboard.name())
                    .isNotEmpty()
                    .allMatch(datasource -> datasource.path("uid").asText().equals(uid));
        }
    }

    @Test
    void everyPanelHasATitleAUnitAndQueries() throws IOException {
        for (var dashboard : Dashboard.all()) {
            for (var panel : dashboard.panels()) {
                var title = panel.path("title").asText();
                assertThat(title).as(dashboard.name()).isNotBlank();
                assertThat(panel.path("targets")).as(title).isNotEmpty();
                var defaults = panel.path("fieldConfig").path("defaults");
                assertThat(defaults.has("unit") || defaults.has("mappings") || isTable(panel))
                        .as("unit of %s", title)
                        .isTrue();
            }
            assertThat(dashboard.panels())
                    .extracting(panel -> panel.path("title").asText())
                    .as("titles of %s", dashboard.name())
                    .doesNotHaveDuplicates();
        }
    }

    private static boolean isTable(JsonNode panel) {
        return panel.path("type").asText().equals("table");
    }

    @Test
    void panelsLieBesideEachOther() throws IOException {
        for (var dashboard : Dashboard.all()) {
            var taken = new ArrayList<List<Integer>>();
            for (var panel : dashboard.json().path("panels")) {
                var at = panel.path("gridPos");
                int right = at.path("x").asInt() + at.path("w").asInt();
                assertThat(right).as(panel.path("title").asText()).isBetween(1, COLUMNS);
                for (int x = at.path("x").asInt(); x < right; x++) {
                    for (int y = 0; y < at.path("h").asInt(); y++) {
                        taken.add(List.of(x, at.path("y").asInt() + y));
                    }
                }
            }
            assertThat(taken).as("cells of %s", dashboard.name()).doesNotHaveDuplicates();
        }
    }

    @Test
    void dashboardsLinkToEachOtherAndKeepWhatWasChosen() throws IOException {
        for (var dashboard : Dashboard.all()) {
            var link = dashboard.json().path("links").path(0);
            assertThat(link.path("type").asText()).isEqualTo("dashboards");
            assertThat(link.path("includeVars").asBoolean()).isTrue();
            assertThat(dashboard.json().path("tags").toString())
                    .isEqualTo(link.path("tags").toString());
            assertThat(dashboard.json().path("templating").path("list"))
                    .extracting(variable -> variable.path("name").asText())
                    .startsWith("federation", "model");
        }
    }
}
