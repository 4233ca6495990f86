package io.tributary.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;

class JobOptionsTest {

    @Test
    void everyOptionIsListedOnce() {
        var declared =
                Arrays.stream(JobOptions.class.getDeclaredFields())
                        .filter(field -> Modifier.isPublic(field.getModifiers()))
                        .filter(field -> field.getType() == ConfigOption.class)
                        .count();

        assertThat(JobOptions.all()).hasSize((int) declared).doesNotHaveDuplicates();
    }

    @Test
    void theTableInTheReadmeIsTheseOptions() throws IOException {
        var table =
                JobOptions.all().stream()
                        .map(
                                option ->
                                        "| `%s` | %s | %s |"
                                                .formatted(
                                                        option.key(),
                                                        JobOptions.defaultText(option),
                                                        JobOptions.describe(option)))
                        .collect(
                                Collectors.joining(
                                        "\n", "| option | default | |\n|---|---|---|\n", "\n"));

        assertThat(Files.readString(Path.of("README.md")))
                .as("README.md should contain this table:\n%s", table)
                .contains(table);
    }
}
