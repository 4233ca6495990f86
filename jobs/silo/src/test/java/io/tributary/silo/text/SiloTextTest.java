package io.tributary.silo.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.silo.random.SplitMix64;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiloTextTest {

    private final ByteTokenizer tokenizer = new ByteTokenizer();

    @TempDir Path folder;

    @Test
    void everyDocumentIsOnOneSideWhateverItsFileAndItsNeighbours() throws Exception {
        var documents =
                IntStream.range(0, 200).mapToObj("document number %s\n"::formatted).toList();
        writeLines("one.jsonl", documents);
        var together = SiloText.read(folder, tokenizer, 0.2);
        assertThat(together.heldOutDocuments()).isBetween(20L, 60L);
        assertThat(together.trainingDocuments() + together.heldOutDocuments()).isEqualTo(200);

        Files.delete(folder.resolve("one.jsonl"));
        for (int i = 0; i < 200; i++) {
            write("sub/%s.txt".formatted(199 - i), documents.get(i));
        }
        write(".hidden/ignored.txt", "never read");
        write("blank.txt", " \n");
        var apart = SiloText.read(folder, tokenizer, 0.2);

        assertThat(documentsOf(apart)).isEqualTo(documentsOf(together));
        assertThat(apart.heldOutDocuments()).isEqualTo(together.heldOutDocuments());
        assertThat(apart.trainingTokens() + apart.heldOutTokens())
                .isEqualTo(String.join("", documents).length() + 200); // one end for each document
    }

    @Test
    void windowsOfAnEpochCoverTheTextOnceAndEpochsDiffer() throws Exception {
        var text = longText();
        var windows = text.trainingWindows(16, 1, "a");
        var stream = new String(bytes(text.trainingStream()), UTF_8);

        var epochs = new ArrayList<HashSet<Integer>>();
        for (int epoch = 0; epoch < 2; epoch++) {
            var starts = new HashSet<Integer>();
            for (var window : windows.draw((long) epoch * windows.perEpoch(), windows.perEpoch())) {
                assertThat(window).hasSize(17);
                int start = indexOf(text.trainingStream(), window);
                assertThat(start).isNotNegative();
                starts.add(start);
            }
            assertThat(starts).hasSize(windows.perEpoch());
            assertThat(starts.stream().map(start -> start % 16).distinct()).hasSize(1);
            epochs.add(starts);
        }
        assertThat(windows.perEpoch()).isGreaterThanOrEqualTo(stream.length() / 16 - 1);
        assertThat(epochs.get(0)).isNotEqualTo(epochs.get(1));
    }

    @Test
    void drawsDependOnNumberSeedAndSiloAlone() throws Exception {
        var text = longText();
        var windows = text.trainingWindows(16, 1, "a");
        long last = 3L * windows.perEpoch() + 5;
        var inOrder = windows.draw(last - 7, 8)[7];
        int[][] first = windows.draw(0, 4);

        assertThat(text.trainingWindows(16, 1, "a").draw(last, 1)[0]).isEqualTo(inOrder);
        assertThat(windows.draw(0, 4)).isDeepEqualTo(first);
        assertThat(text.trainingWindows(16, 2, "a").draw(0, 1)[0]).isNotEqualTo(first[0]);
        assertThat(text.trainingWindows(16, 1, "b").draw(0, 1)[0]).isNotEqualTo(first[0]);
    }

    @Test
    void heldOutWindowsAreSpreadEvenlyAndPredictNothingTwice() throws Exception {
        var text = longText();
        var all = text.heldOutWindows(16, Long.MAX_VALUE);
        assertThat(all).hasSize((int) (text.heldOutTokens() - 1) / 16);
        for (int i = 1; i < all.size(); i++) {
            assertThat(all.get(i).tokens()[0]).isEqualTo(all.get(i - 1).tokens()[16]);
        }

        var some = text.heldOutWindows(16, 16 * 5 + 3);

        assertThat(some).hasSize(5);
        var positions = some.stream().map(window -> position(all, window)).toList();
        for (int i = 0; i < 5; i++) {
            assertThat(positions.get(i)).isEqualTo(i * all.size() / 5);
        }
    }

    @Test
    void bytesOfHeldOutWindowsAreThoseOfTheirTargets() throws Exception {
        var text = longText();

        for (var window : text.heldOutWindows(16, Long.MAX_VALUE)) {
            assertThat(window.predictedTokens()).isEqualTo(16);
            var targets = Arrays.stream(window.tokens()).skip(1);
            assertThat(window.bytes()).isEqualTo(targets.filter(token -> token < 256).count());
        }
    }

    @Test
    void heldOutPartShorterThanAWindowIsOneShortWindow() throws Exception {
        writeLines("some.jsonl", IntStream.range(0, 40).mapToObj("d%s"::formatted).toList());
        var text = SiloText.read(folder, tokenizer, 0.1);

        var windows = text.heldOutWindows(512, 10_000);

        assertThat(windows).hasSize(1);
        assertThat(windows.get(0).predictedTokens()).isEqualTo((int) text.heldOutTokens() - 1);
    }

    @Test
    void largeVocabulariesKeepTheirIds() {
        for (int vocabulary : new int[] {65_536, 65_537}) {
            var array = new TokenArray(vocabulary);
            array.add(new int[] {0, 40_000});
            array.add(new int[] {vocabulary - 1});

            assertThat(array.slice(0, 3)).containsExactly(0, 40_000, vocabulary - 1);
        }
    }

    @Test
    void whatCannotBeReadIsNamedWithItsPlace() throws Exception {
        assertFails("text folder %s has no text in it".formatted(folder));

        var one = write("one.txt", "all there is");
        assertFails("all 1 documents", "fall into the training part");
        Files.delete(one);

        var latin = folder.resolve("latin.txt");
        Files.write(latin, new byte[] {'a', 'b', (byte) 0xE9, 'c'});
        assertFails("latin.txt is not UTF-8 text: malformed at byte 2");
        Files.delete(latin);

        var lines = write("bad.jsonl", "{\"text\":\"fine\"}\n\n{\"body\":1}\n");
        assertFails("bad.jsonl line 3 must be JSON with a string field \"text\"");
        write("bad.jsonl", "nonsense");
        assertFails("bad.jsonl line 1 must be JSON");
        Files.write(lines, new byte[] {(byte) 0xE9, '\n'});
        assertFails("bad.jsonl is not UTF-8 text after line 0");
        Files.delete(lines);

        var missing = folder.resolve("missing");
        assertThatThrownBy(() -> SiloText.read(missing, tokenizer, 0.1))
                .isInstanceOf(IOException.class)
                .hasMessage("text folder %s does not exist", missing);
        assertThatThrownBy(() -> SiloText.read(folder, tokenizer, 1))
                .hasMessageContaining("must be above 0 and below 1, got 1.0");
    }

    @Test
    void textTooShortForItsSequencesIsRefused() throws Exception {
        writeLines("some.jsonl", IntStream.range(0, 40).mapToObj("d%s"::formatted).toList());
        var text = SiloText.read(folder, tokenizer, 0.1);

        assertThatThrownBy(() -> text.trainingWindows(100, 1, "a"))
                .hasMessageContaining("sequences of 100 need at least 200");
    }

    private void assertFails(String... messages) {
        assertThatThrownBy(() -> SiloText.read(folder, tokenizer, 0.1))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(messages);
    }

    /** Random text, so that no two windows are alike. */
    private SiloText longText() throws IOException {
        var random = new SplitMix64(4);
        var documents = new ArrayList<String>();
        for (int d = 0; d < 60; d++) {
            documents.add(
                    IntStream.range(0, 100)
                            .mapToObj(i -> String.valueOf((char) ('a' + random.nextInt(26))))
                            .collect(Collectors.joining()));
        }
        writeLines("long.jsonl", documents);
        return SiloText.read(folder, tokenizer, 0.2);
    }

    private void writeLines(String name, List<String> documents) throws IOException {
        var lines =
                documents.stream()
                        .map(text -> "{\"text\":\"%s\"}".formatted(text.replace("\n", "\\n")))
                        .collect(Collectors.joining("\n"));
        write(name, lines);
    }

    private Path write(String name, String content) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private static HashSet<String> documentsOf(SiloText text) {
        var stream = new String(bytes(text.trainingStream()), UTF_8);
        return new HashSet<>(List.of(stream.split("\0")));
    }

    /** Ends of documents become zero bytes. */
    private static byte[] bytes(int[] tokens) {
        var bytes = new byte[tokens.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (tokens[i] == 256 ? 0 : tokens[i]);
        }
        return bytes;
    }

    private static int indexOf(int[] stream, int[] window) {
        for (int start = 0; start + window.length <= stream.length; start++) {
            if (Arrays.equals(stream, start, start + window.length, window, 0, window.length)) {
                return start;
            }
        }
        return -1;
    }

    private static int position(List<EvaluationWindow> all, EvaluationWindow window) {
        for (int i = 0; i < all.size(); i++) {
            if (Arrays.equals(all.get(i).tokens(), window.tokens())) {
                return i;
            }
        }
        return -1;
    }
}
