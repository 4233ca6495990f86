package io.tributary.cli.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.tributary.cli.watch.FederationView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FederationMetricsTest {

    /** {@code | `tributary_federation_silo_up` | gauge | silo | ...}. */
    private static final Pattern ROW =
            Pattern.compile("\\| `(tributary_federation_\\w+)` \\| (\\w+) \\| ([\\w, ]*) \\|.*");

    private static final Pattern SAMPLE = Pattern.compile("(tributary_\\w+)\\{(.*)} (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");

    @Test
    void whatIsExportedIsWhatTheTableSays() throws IOException {
        var documented = new TreeMap<String, String>();
        for (var line : Files.readAllLines(Path.of("../../docker/METRICS.md"))) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                documented.put(row.group(1), row.group(2) + " " + row.group(3));
            }
        }
        var text = exposition(Seen.of(Seen.smallFederation()));

        var types = new TreeMap<String, String>();
        TYPE.matcher(text).results().forEach(m -> types.put(m.group(1), m.group(2)));
        var exported = new TreeMap<String, String>();
        SAMPLE.matcher(text)
                .results()
                .forEach(
                        sample ->
                                exported.put(
                                        sample.group(1),
                                        types.get(sample.group(1))
                                                + " "
                                                + ownLabels(sample.group(2))));
        assertThat(exported).isEqualTo(documented);
    }

    @Test
    void figuresAreThoseOfTheSnapshot() {
        var samples = samples(exposition(Seen.of(Seen.smallFederation())));

        assertThat(samples)
                .containsEntry("up{}", 1.0)
                .containsEntry("version{}", 1.0)
                .containsEntry("version_age_seconds{}", 80.0)
                .containsEntry("expected_round_seconds{}", 10.0)
                .containsEntry("round{}", 2.0)
                .containsEntry("round_age_seconds{}", 77.0)
                .containsEntry("round_phase{phase=\"late\"}", 1.0)
                .containsEntry("round_phase{phase=\"training\"}", 0.0)
                .containsEntry("silos{state=\"live\"}", 1.0)
                .containsEntry("silos{state=\"silent\"}", 1.0)
                .containsEntry("silos{state=\"left\"}", 0.0)
                .containsEntry("silo_up{silo=\"b\"}", 0.0)
                .containsEntry("silo_last_seen_seconds{silo=\"b\"}", 60.0)
                .containsEntry("silo_lag_records{silo=\"a\"}", 7.0)
                .containsEntry("updates_total{result=\"accepted\",silo=\"a\"}", 1.0)
                .containsEntry("updates_total{result=\"late\",silo=\"b\"}", 1.0)
                .containsEntry("rejections_total{reason=\"late\"}", 1.0)
                .containsEntry("rejections_total{reason=\"crc-mismatch\"}", 0.0)
                .containsEntry("silo_update_norm{silo=\"a\"}", 1.5)
                .containsEntry("silo_contribution_ratio{silo=\"a\"}", 0.5)
                .containsEntry("silo_alignment{silo=\"a\"}", 0.25)
                .doesNotContainKey("silo_alignment{silo=\"b\"}")
                .containsEntry("combined_delta_norm{}", 1.2)
                .containsEntry("open_transaction_age_seconds{}", 3.0)
                // 1020 x 1020 values of two bytes each
                .containsEntry("update_bytes_total{silo=\"a\"}", 2.0 * 1020 * 1020);
        assertThat(samples.get("perplexity{}")).isBetween(15.999, 16.001);
        assertThat(samples.get("silo_perplexity{silo=\"b\"}")).isBetween(31.999, 32.001);
        assertThat(samples.get("consensus_ratio{}")).isBetween(1.599, 1.601);
    }

    @Test
    void exactlyOnePhaseIsOne() {
        var samples = samples(exposition(Seen.of(Seen.smallFederation())));

        assertThat(samples.keySet()).filteredOn(name -> name.startsWith("round_phase")).hasSize(5);
        assertThat(samples.entrySet())
                .filteredOn(sample -> sample.getKey().startsWith("round_phase"))
                .filteredOn(sample -> sample.getValue() == 1)
                .hasSize(1);
    }

    @Test
    void whatIsNotKnownHasNoSeries() {
        var samples = samples(exposition(Seen.of(new FederationView("news").snapshot("main", 1))));

        assertThat(samples.keySet())
                .contains("up{}", "round_phase{phase=\"idle\"}", "silos{state=\"live\"}")
                .doesNotContain(
                        "version{}",
                        "perplexity{}",
                        "round{}",
                        "consensus_ratio{}",
                        "expected_round_seconds{}");
    }

    @Test
    void aClusterThatIsSilentIsNotUpAndAgesGoOn() {
        var seen = Seen.of(Seen.smallFederation());

        var later = samples(exposition(seen, Seen.NOW + 11_000));

        assertThat(later).containsEntry("up{}", 0.0).containsEntry("version_age_seconds{}", 91.0);
    }

    private static String exposition(Observation seen) {
        return exposition(seen, Seen.NOW);
    }

    private static String exposition(Observation seen, long nowMillis) {
        var out = new ByteArrayOutputStream();
        try {
            ExpositionFormats.init()
                    .getPrometheusTextFormatWriter()
                    .write(out, FederationMetrics.of(seen, nowMillis));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toString(UTF_8);
    }

    /** By name without prefix, and by the labels that not all have. */
    private static Map<String, Double> samples(String text) {
        var samples = new TreeMap<String, Double>();
        SAMPLE.matcher(text)
                .results()
                .forEach(
                        sample -> {
                            var labels =
                                    sample.group(2)
                                            .replace("federation=\"news\",", "")
                                            .replaceFirst("model=\"main\",?", "");
                            var name = sample.group(1).replace("tributary_federation_", "");
                            samples.put(name + "{" + labels + "}", Double.valueOf(sample.group(3)));
                        });
        return samples;
    }

    private static String ownLabels(String labels) {
        return String.join(
                ", ",
                LABEL.matcher(labels)
                        .results()
                        .map(label -> label.group(1))
                        .filter(label -> !List.of("federation", "model").contains(label))
                        .sorted()
                        .toList());
    }
}
