package io.tributary.tests.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tributary.schemas.update.RejectionReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Rules, their unit tests and the runbook go together. What the rules do, promtool tests. */
class AlertsTest {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Path PROMETHEUS = SourceTree.docker().resolve("prometheus");
    private static final Path RUNBOOK = SourceTree.docker().resolve("RUNBOOK.md");
    private static final Pattern SECTION =
            Pattern.compile("^### (Tributary\\w+)$", Pattern.MULTILINE);

    @Test
    void everyAlertSaysHowBadItIsWhatItIsAndWhatToDo() throws IOException {
        for (var alert : alerts()) {
            var name = alert.path("alert").asText();
            var annotations = alert.path("annotations");
            assertThat(alert.path("labels").path("severity").asText())
                    .as("severity of %s", name)
                    .isIn("page", "warning", "info");
            assertThat(annotations.path("summary").asText()).as(name).isNotBlank();
            assertThat(annotations.path("description").asText()).as(name).endsWith(".");
            assertThat(annotations.path("runbook_url").asText())
                    .as("runbook of %s", name)
                    .isEqualTo("docker/RUNBOOK.md#" + name.toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void everyAlertHasASectionInTheRunbookAndNothingElseHas() throws IOException {
        var sections =
                SECTION.matcher(Files.readString(RUNBOOK, UTF_8))
                        .results()
                        .map(section -> section.group(1))
                        .toList();

        assertThat(sections).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(names());
    }

    @Test
    void everyAlertIsTestedToFireAndNotToFire() throws IOException {
        assertThat(tested(expected -> !expected.isEmpty()))
                .as("alerts with a test in which they fire")
                .containsExactlyElementsOf(names());
        assertThat(tested(JsonNode::isEmpty))
                .as("alerts with a test in which they do not fire")
                .containsExactlyElementsOf(names());
    }

    @Test
    void theRunbookSaysWhatEveryReasonForARejectionMeansMostly() throws IOException {
        var text = Files.readString(RUNBOOK, UTF_8);

        for (var reason : RejectionReason.values()) {
            var name = reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
            assertThat(text).contains("`%s`".formatted(name));
        }
    }

    @Test
    void theRunbookLinksToSectionsThatExist() throws IOException {
        var text = Files.readString(RUNBOOK, UTF_8);
        var anchors =
                Pattern.compile("^#+ (.+)$", Pattern.MULTILINE)
                        .matcher(text)
                        .results()
                        .map(heading -> anchor(heading.group(1)))
                        .toList();
        var links = Pattern.compile("\\]\\(#([^)]+)\\)").matcher(text).results();

        assertThat(links.map((MatchResult link) -> link.group(1))).isSubsetOf(anchors);
    }

    /** As GitHub makes it. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-');
    }

    private static List<JsonNode> alerts() throws IOException {
        var alerts = new ArrayList<JsonNode>();
        for (var group :
                YAML.readTree(PROMETHEUS.resolve("rules/tributary.yaml").toFile()).path("groups")) {
            for (var rule : group.path("rules")) {
                if (rule.has("alert")) {
                    alerts.add(rule);
                }
            }
        }
        return alerts;
    }

    private static TreeSet<String> names() throws IOException {
        var names = new TreeSet<String>();
        alerts().forEach(alert -> names.add(alert.path("alert").asText()));
        return names;
    }

    private static TreeSet<String> tested(Predicate<JsonNode> expected) throws IOException {
        var tested = new TreeSet<String>();
        try (var files = Files.list(PROMETHEUS.resolve("tests"))) {
            for (var file : files.toList()) {
                for (var test : YAML.readTree(file.toFile()).path("tests")) {
                    for (var look : test.path("alert_rule_test")) {
                        if (expected.test(look.path("exp_alerts"))) {
                            tested.add(look.path("alertname").asText());
                        }
                    }
                }
            }
        }
        return tested;
    }
}
