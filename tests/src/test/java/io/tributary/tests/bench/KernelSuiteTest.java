package io.tributary.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks run; what they measure on a machine that builds means nothing. */
class KernelSuiteTest {

    private static final int COORDINATES = 3000;
    private static final KernelSuite SUITE = new KernelSuite(new Effort(0, 0, 2), false);

    @BeforeAll
    static void measureBesideOthers() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void everyRuleOfThisBuildHasFiniteFigures(@TempDir Path folder) throws Exception {
        var outcomes = new LinkedHashMap<KernelCase, Outcome>();
        for (var kernel : KernelTable.cases(List.of(), 16, COORDINATES, 2, false)) {
            outcomes.put(kernel, SUITE.measure(kernel, () -> {}));
        }
        var file = folder.resolve("made/on/demand/report.json");
        KernelReport.write(outcomes, SUITE, file);

        assertThat(outcomes.values())
                .noneMatch(o -> o instanceof Outcome.Unmeasured none && none.failed());
        var cases = new ObjectMapper().readTree(Files.readString(file)).get("cases");
        assertThat(cases).hasSameSizeAs(outcomes.entrySet());
        for (var json : cases) {
            if (!json.get("status").textValue().equals("measured")) {
                assertThat(json.get("reason").textValue()).isEqualTo("not in this build");
            } else if (json.get("threads").intValue() > 1) {
                assertThat(json.get("gain").doubleValue()).isPositive().isFinite();
            } else {
                assertThat(json.get("cpuSeconds").doubleValue()).isPositive().isFinite();
                assertThat(json.get("timesRead").doubleValue()).isPositive().isFinite();
                assertThat(json.get("cpuSamples")).hasSize(2);
            }
        }
        assertThat(cases)
                .filteredOn(json -> json.get("rule").textValue().equals("median"))
                .extracting(json -> json.get("status").textValue())
                .containsOnly("measured");
    }

    @Test
    void aRuleThatIsNotDefinedForSoFewSilosSaysSo() {
        var kernel = new KernelCase("trimmed-mean(f=3)", Input.FLOATS, 5, COORDINATES, 1, null);

        assertThat(SUITE.measure(kernel, () -> {}))
                .isEqualTo(
                        new Outcome.Unmeasured(false, "trimmed-mean needs n > 2f, got n=5, f=3"));
    }

    @Test
    void theWholeModelIsAggregatedThoughItIsCutIntoChunks() {
        var model = new ChunkedModel("mean", Input.F32, 3, 500_000, true);
        var values = model.values();
        int chunks = values.length / 3;

        var combined = model.aggregate();

        assertThat(combined).hasNumberOfRows(chunks);
        int coordinates = 0;
        for (int c = 0; c < chunks; c++) {
            coordinates += combined[c].length;
            float a = values[3 * c][0];
            float b = values[3 * c + 1][0];
            float z = values[3 * c + 2][0];
            assertThat(combined[c][0]).isCloseTo((a + 2.0 * b + 3.0 * z) / 6, within(1e-12));
        }
        assertThat(coordinates).isEqualTo(500_000);
    }

    @Test
    void requirementsHoldForTheNumberOfSilosThatTheyNameAndGrowWithTheModel() {
        assertThat(required(16, 4 << 20, true)).isEqualTo(0.05);
        assertThat(required(16, 1 << 20, true)).isEqualTo(0.0125);
        assertThat(required(16, 4 << 20, false)).isEqualTo(0.15);
        assertThat(required(8, 4 << 20, true)).isNull();
    }

    private static Double required(int silos, int coordinates, boolean vectorApi) {
        return KernelTable.cases(List.of("krum(f=3)"), silos, coordinates, 1, vectorApi)
                .get(0)
                .requiredCpuSeconds();
    }
}
