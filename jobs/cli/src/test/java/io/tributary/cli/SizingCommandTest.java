package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SizingCommandTest {

    private static final Path PAGE = Path.of("../../docker/PRODUCTION.md");

    /** The command that the page names, and the table below it. */
    private static final Pattern WORKED =
            Pattern.compile("```\\n\\./tributary (sizing [^`]*)\\n```\\n\\n((?:\\|[^\\n]*\\n)+)");

    @Test
    void everyLineHasItsFormula() {
        var ended = Ended.run("sizing", "--parameters", "1.3B", "--silos", "16");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out())
                .startsWith(
                        "N = 1.3B parameters, n = 16 silos, updates in f32, versions in f32, mean")
                .containsPattern("live heap +21\\.0 GB  = state \\+ 8N running sum \\+ 150 MB")
                .containsPattern("update of a silo +5\\.20 GB  = 4N");
        assertThat(ended.out().lines().skip(1)).allMatch(line -> line.contains("  = "));
    }

    @Test
    void jsonHasPlainNumbers() throws IOException {
        var json = Ended.run("sizing", "-p", "100M", "-n", "8", "--json").json();

        assertThat(json.get("parameters").asLong()).isEqualTo(100_000_000);
        assertThat(json.get("figures").get("live_heap_bytes").asLong()).isEqualTo(1_750_000_000);
        assertThat(json.get("formulas").get("update_bytes").asText()).isEqualTo("4N");
        assertThat(json.get("warnings")).isEmpty();
        assertThat(Ended.run("sizing", "-p", "1M,2M", "-n", "8", "--json").json()).hasSize(2);
    }

    @Test
    void whatCannotBeIsOneSentence() {
        assertThat(Ended.run("sizing", "-p", "1M", "-n", "4", "--rule", "krum(f=1)").exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(Ended.run("sizing", "-p", "much", "-n", "4").err())
                .contains("'much' is not a number of parameters such as");
        assertThat(Ended.run("sizing", "-p", "1M", "-n", "4", "--bandwidth", "1").err())
                .isEqualToIgnoringNewLines(
                        "tributary: --bandwidth: '1' is not a bandwidth such as 100 Mbit/s or 12.5 MB/s");
    }

    /** Run the command in the page and put its output there to make this pass. */
    @Test
    void theTableInTheProductionPageIsWhatTheCommandPrints() throws IOException {
        var worked = WORKED.matcher(Files.readString(PAGE));
        assertThat(worked.find()).isTrue();

        var ended = Ended.run(words(worked.group(1)));

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).isEqualTo(worked.group(2));
    }

    /** As a shell cuts them, with single quotes and lines continued. */
    private static String[] words(String command) {
        return Pattern.compile("'([^']*)'|[^\\s']+")
                .matcher(command.replace("\\\n", " "))
                .results()
                .map(word -> word.group(1) == null ? word.group() : word.group(1))
                .toArray(String[]::new);
    }
}
