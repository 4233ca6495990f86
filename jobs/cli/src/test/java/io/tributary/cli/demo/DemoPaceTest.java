package io.tributary.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.aggregation.JobSettings;
import io.tributary.operators.round.Pace.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoPaceTest {

    private static final List<String> SILOS = List.of("code", "javadoc", "names", "xml");

    @ParameterizedTest
    @CsvSource({
        "SYNCHRONOUS, 0, 4, 0",
        "SYNCHRONOUS, 3, 3, 0",
        "ASYNCHRONOUS, 0, 3, 8",
        "ASYNCHRONOUS, 2, 2, 8",
        "OVERLAPPED, 0, 4, 0"
    })
    void theJobIsToldModeQuorumAndWhatBecomesOfLateUpdates(
            Mode mode, int quorum, int told, int stalenessLimit) {
        var settings = settings(new DemoPace(mode, quorum, null, false, 8, 0.5));

        assertThat(settings.plan().pace().mode()).isEqualTo(mode);
        assertThat(settings.plan().quorum()).isEqualTo(told);
        assertThat(settings.plan().minSilos()).isEqualTo(SILOS.size());
        assertThat(settings.plan().pace().stalenessLimit()).isEqualTo(stalenessLimit);
    }

    @Test
    void graceAndFoldingReachTheJob() {
        var pace = new DemoPace(Mode.SYNCHRONOUS, 3, Duration.ofMillis(250), true, 5, 0.5);

        assertThat(settings(pace).plan().graceMillis()).isEqualTo(250);
        assertThat(settings(pace).plan().pace().stalenessLimit()).isEqualTo(5);
    }

    @Test
    void whatCannotWorkIsRefusedByTheNameOfTheOption() {
        refused(() -> new DemoPace(Mode.SYNCHRONOUS, -1, null, false, 8, 0.5), "--quorum");
        refused(
                () -> settings(new DemoPace(Mode.SYNCHRONOUS, 5, null, false, 8, 0.5)),
                "--quorum 5 cannot be reached by 4 silos");
        refused(
                () -> new DemoPace(Mode.ASYNCHRONOUS, 0, Duration.ofSeconds(1), true, 8, 0.5),
                "leave out --grace");
        refused(
                () -> new DemoPace(Mode.SYNCHRONOUS, 3, Duration.ofSeconds(-1), false, 8, 0.5),
                "--grace");
        refused(
                () -> new DemoPace(Mode.ASYNCHRONOUS, 0, null, true, 65, 0.5),
                "--staleness-limit must be 1 to 64, got 65");
    }

    @Test
    void aSlowSiloIsNamedOrTheLast() {
        assertThat(SlowSilo.parse("names=4")).isEqualTo(new SlowSilo("names", 4));
        assertThat(SlowSilo.parse("2.5")).isEqualTo(new SlowSilo(null, 2.5));
        assertThat(SlowSilo.parse("2.5").among(SILOS)).isEqualTo("xml");
        assertThat(SlowSilo.parse("names=4").among(SILOS)).isEqualTo("names");
    }

    @Test
    void aSlowSiloThatIsNoneIsRefused() {
        refused(() -> SlowSilo.parse("names"), "needs SILO=FACTOR or FACTOR");
        refused(() -> SlowSilo.parse("names=0.5"), "1 to 1000 times");
        refused(() -> SlowSilo.parse("Names=4"), "Names");
        refused(
                () -> SlowSilo.parse("acme=4").among(SILOS),
                "there is no silo 'acme' to be slow; there are code, javadoc, names, xml");
    }

    private static JobSettings settings(DemoPace pace) {
        var options =
                new DemoOptions(
                        2,
                        SILOS.size(),
                        "mean",
                        "sgd(lr=1)",
                        "f32",
                        1,
                        pace,
                        null,
                        null,
                        1,
                        Path.of("out"),
                        null,
                        false);
        Map<String, Integer> steps = new TreeMap<>();
        SILOS.forEach(silo -> steps.put(silo, 2));
        var job = DemoRecipe.jobOptions(options, steps);
        job.put("kafka.bootstrap-servers", "127.0.0.1:9092");
        return JobSettings.from(Configuration.fromMap(job));
    }

    private static void refused(Supplier<?> made, String words) {
        assertThatThrownBy(made::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }
}
