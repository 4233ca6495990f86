package io.tributary.cli.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {

    private static final double NOW = 1_750_000_000.5;
    private static final TensorBoardEvent BEGIN =
            new TensorBoardEvent(NOW, 0, TensorBoardEvent.VERSION, Map.of());
    private static final TensorBoardEvent FIRST = event(1, "loss/ash", 3.5f);
    private static final TensorBoardEvent SECOND = event(300, "loss/all_silos", -2e-9f);

    @TempDir private Path folder;
    private Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("events");
    }

    /** As TensorFlow's own writer begins a file: 24 bytes, and their masked CRC. */
    @Test
    void aFileBeginsAsTensorBoardExpects() throws Exception {
        EventFile.open(path, event -> {}, NOW).close();

        var bytes = Files.readAllBytes(path);

        assertThat(HexFormat.of().formatHex(bytes, 0, 12)).isEqualTo("1800000000000000a37f4b22");
        assertThat(new String(bytes, 23, 13, StandardCharsets.US_ASCII)).isEqualTo("brain.Event:2");
        assertThat(bytes).hasSize(12 + 24 + 4);
    }

    @Test
    void whatWasWrittenIsKnownToTheNext() throws Exception {
        try (var file = EventFile.open(path, event -> {}, NOW)) {
            file.append(List.of(FIRST, SECOND));
        }

        assertThat(known()).containsExactly(BEGIN, FIRST, SECOND);
        assertThat(known()).as("and is not written again").containsExactly(BEGIN, FIRST, SECOND);
    }

    @Test
    void anEventThatWasNotWrittenToItsEndIsCutOff() throws Exception {
        try (var file = EventFile.open(path, event -> {}, NOW)) {
            file.append(List.of(FIRST));
        }
        var whole = Files.readAllBytes(path);
        try (var file = EventFile.open(path, event -> {}, NOW)) {
            file.append(List.of(SECOND));
        }
        var longer = Files.readAllBytes(path);

        for (int length = whole.length; length < longer.length; length++) {
            Files.write(path, Arrays.copyOf(longer, length));
            assertThat(known()).as("%s bytes", length).containsExactly(BEGIN, FIRST);
            assertThat(path).hasSize(whole.length);
        }
    }

    @Test
    void damageIsNamedWithItsPlaceAndNothingIsLost() throws Exception {
        try (var file = EventFile.open(path, event -> {}, NOW)) {
            file.append(List.of(FIRST, SECOND));
        }
        var bytes = Files.readAllBytes(path);
        for (int i = 0; i < bytes.length; i++) {
            var damaged = bytes.clone();
            damaged[i] ^= 4;
            Files.write(path, damaged);
            assertThatThrownBy(this::known)
                    .as("byte %s", i)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("events is damaged at byte");
            assertThat(path).hasBinaryContent(damaged);
        }
    }

    @Test
    void twoDoNotWriteToOneFile() throws Exception {
        try (var file = EventFile.open(path, event -> {}, NOW)) {
            assertThatThrownBy(() -> EventFile.open(path, event -> {}, NOW))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process writes to")
                    .hasMessageContaining("events");
            file.append(List.of(FIRST));
        }
        assertThat(known()).containsExactly(BEGIN, FIRST);
    }

    private List<TensorBoardEvent> known() throws IOException {
        var events = new ArrayList<TensorBoardEvent>();
        EventFile.open(path, events::add, NOW).close();
        return events;
    }

    private static TensorBoardEvent event(int step, String tag, float value) {
        var values = new LinkedHashMap<String, Float>();
        values.put(tag, value);
        values.put("round/tokens", 1e9f);
        return new TensorBoardEvent(NOW + step, step, "", values);
    }
}
