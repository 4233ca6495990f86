package io.tributary.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobConfigurationTest {

    @TempDir Path folder;

    @Test
    void nestedAndDottedKeysAreTheSameOptions() throws IOException {
        var nested = read("round:\n  quorum: 3\n  local-steps-of:\n    acme: 7\n");
        var dotted = read("round.quorum: 3\nround.local-steps-of.acme: 7\n");

        assertThat(nested.toMap()).isEqualTo(dotted.toMap());
        assertThat(nested.get(JobOptions.QUORUM)).isEqualTo(3);
        assertThat(nested.get(JobOptions.LOCAL_STEPS_OF)).containsEntry("acme", "7");
    }

    @Test
    void anOverrideWinsOverTheFile() throws IOException {
        var options = read("round.quorum: 3\n", "round.quorum=4");

        assertThat(options.get(JobOptions.QUORUM)).isEqualTo(4);
    }

    @Test
    void aListOfBrokersMayBeAYamlList() throws IOException {
        var options = read("kafka:\n  bootstrap-servers: [a:1, b:2]\n");

        assertThat(options.get(JobOptions.BOOTSTRAP_SERVERS)).isEqualTo("a:1,b:2");
    }

    @Test
    void anEmptyFileLeavesEverythingAtItsDefault() throws IOException {
        assertThat(read("").toMap()).isEmpty();
    }

    @Test
    void argumentsAreAFileAndOverrides() throws IOException {
        var file = Files.writeString(folder.resolve("job.yaml"), "round.quorum: 3");

        var options = JobConfiguration.parse("--config", file.toString(), "-Dround.grace=2 s");

        assertThat(options.get(JobOptions.QUORUM)).isEqualTo(3);
        assertThat(options.get(JobOptions.GRACE)).hasSeconds(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobConfiguration.parse("--fast"))
                .withMessageContaining("--fast");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobConfiguration.parse("--config"))
                .withMessageContaining("needs a file");
    }

    @Test
    void anUnknownOptionIsRefusedWithTheOneThatWasMeant() {
        refuses("round:\n  quorom: 3\n", "unknown option round.quorom", "round.quorum");
    }

    @Test
    void anOptionThatIsThereTwiceIsRefused() {
        refuses("round.quorum: 3\nround.quorum: 4\n", "round.quorum");
    }

    @Test
    void brokenYamlIsRefusedInOneLineWithThePlace() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("a: [1\nb: {"))
                .withMessageContaining("not valid YAML")
                .withMessageContaining("line 2")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @Test
    void aFileWithoutOptionsIsRefused() {
        refuses("just words", "key: value");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobConfiguration.read(folder.resolve("none.yaml"), List.of()))
                .withMessageContaining("none.yaml does not exist");
    }

    @Test
    void anOverrideNeedsAValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobConfiguration.read(null, List.of("round.quorum")))
                .withMessageContaining("round.quorum");
    }

    private Configuration read(String yaml, String... overrides) throws IOException {
        var file = Files.writeString(folder.resolve("job.yaml"), yaml);
        return JobConfiguration.read(file, List.of(overrides));
    }

    private void refuses(String yaml, String... parts) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(yaml))
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }
}
