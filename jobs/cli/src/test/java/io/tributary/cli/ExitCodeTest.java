package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ExitCodeTest {

    private static final Pattern ROW =
            Pattern.compile("\\| (\\d+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|");

    @Test
    void everyCodeHasAMeaning() {
        var codes =
                Arrays.stream(ExitCode.class.getDeclaredFields())
                        .filter(field -> Modifier.isStatic(field.getModifiers()))
                        .filter(field -> field.getType() == int.class)
                        .map(ExitCodeTest::value)
                        .toList();

        assertThat(ExitCode.meanings().keySet()).containsExactlyInAnyOrderElementsOf(codes);
    }

    private static Integer value(Field field) {
        try {
            return field.getInt(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void helpListsThem() {
        var help = Ended.run("--help").out();

        ExitCode.meanings()
                .forEach(
                        (code, meaning) ->
                                assertThat(help.replaceAll("\\s+", " "))
                                        .contains(" %s %s".formatted(code, meaning)));
    }

    @Test
    void theReadmeSaysWhoReturnsEachAndGivesAnExample() throws IOException {
        var page = Files.readString(Path.of("README.md"));
        var section = page.substring(page.indexOf("\n## Exit codes\n"));
        section = section.substring(0, section.indexOf("\n## ", 1));
        var rows = ROW.matcher(section);
        var told = new TreeMap<Integer, String>();
        while (rows.find()) {
            told.put(Integer.valueOf(rows.group(1)), rows.group(2));
            assertThat(rows.group(4)).as("example of %s", rows.group(1)).contains("`");
        }

        assertThat(told).isEqualTo(ExitCode.meanings());
    }
}
