package io.tributary.cli.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCorpusTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path ARTIFACTS =
            Path.of(Objects.requireNonNull(System.getProperty("tributary.corpus")));
    private static final long BYTES = 1_200_000;

    @TempDir private static Path target;
    private static List<SiloText> texts;

    @BeforeAll
    static void prepareInAnUnusualLocale() throws IOException {
        var before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr-TR"));
        try {
            texts = DemoCorpus.prepare(ARTIFACTS, target, 4, BYTES);
        } finally {
            Locale.setDefault(before);
        }
    }

    /**
     * Whoever changes a rule or a version sees it here: look at the texts, raise the recipe, pin
     * anew.
     */
    @Test
    void theTextsAreTheSameOnEveryMachine() {
        assertThat(texts)
                .containsExactly(
                        new SiloText(
                                "code",
                                291,
                                1_196_112,
                                "b700dca574897128e83d2f6255d9cbb9fdcf0a46a3c034a5f6eec85ce19b9cd0"),
                        new SiloText(
                                "prose",
                                417,
                                1_198_257,
                                "fbd10437627b1dff4b188912c898c4e582d48c88c36f0eafe3441e748fa9c18c"),
                        new SiloText(
                                "xml",
                                300,
                                1_194_683,
                                "c13153e8e9cc5de0799e323c578c3371b2bf9bf0392f91d6be18e0b4b42c825f"),
                        new SiloText(
                                "names",
                                287,
                                1_199_740,
                                "da645b6eb1ff20e873ca20d43ef10a974a0da85651a554d9c6e01903322c0677"));
    }

    @Test
    void filesHoldWhatTheirDescriptionsSay() {
        for (SiloText text : texts) {
            var documents = documents(text.file(target));
            assertThat(documents).hasSize(text.documents());
            assertThat(documents.stream().mapToLong(d -> d.getBytes(UTF_8).length).sum())
                    .isEqualTo(text.bytes())
                    .isBetween(1_150_000L, BYTES);
        }
    }

    @Test
    void noParagraphIsInTwoDocuments() {
        var seen = new HashSet<String>();
        var twice = new ArrayList<String>();
        for (SiloText text : texts) {
            boolean names = text.silo().equals("names");
            documents(text.file(target)).stream()
                    .flatMap(document -> Stream.of(document.split(names ? "\n" : "\n\n", -1)))
                    .filter(paragraph -> names || paragraph.strip().length() >= 40)
                    .filter(paragraph -> !seen.add(paragraph))
                    .forEach(twice::add);
        }
        assertThat(seen).hasSizeGreaterThan(10_000);
        assertThat(twice).isEmpty();
    }

    @Test
    void whatIsThereAlreadyIsLeftAlone() throws IOException {
        var files = texts.stream().map(text -> text.file(target)).toList();
        var longAgo = FileTime.from(Instant.parse("2001-01-01T00:00:00Z"));
        for (Path file : files) {
            Files.setLastModifiedTime(file, longAgo);
        }

        assertThat(DemoCorpus.prepare(ARTIFACTS, target, 4, BYTES)).isEqualTo(texts);

        for (Path file : files) {
            assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
        }
    }

    @Test
    void aFileThatWasChangedIsWrittenAgain(@TempDir Path changed) throws IOException {
        copyTexts(changed);
        Files.writeString(texts.get(2).file(changed), "{\"text\":\"not ours\"}\n");

        assertThat(DemoCorpus.prepare(ARTIFACTS, changed, 4, BYTES)).isEqualTo(texts);

        assertThat(texts.get(2).file(changed)).hasSameBinaryContentAs(texts.get(2).file(target));
    }

    @Test
    void shardsOfAKindContinueEachOther(@TempDir Path sharded) throws IOException {
        copyTexts(sharded);

        var eight = DemoCorpus.prepare(ARTIFACTS, sharded, 8, BYTES);

        assertThat(eight.get(0).silo()).isEqualTo("code-1");
        assertThat(eight.get(0).sha256()).isEqualTo(texts.get(0).sha256());
        assertThat(documents(eight.get(1).file(sharded)))
                .hasSizeGreaterThan(200)
                .doesNotContainAnyElementsOf(documents(eight.get(0).file(sharded)));
    }

    @Test
    void aMissingArchiveIsNamedWithItsRemedy(@TempDir Path empty) {
        assertThatThrownBy(() -> DemoCorpus.prepare(empty, target, 4, BYTES))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("flink-runtime-sources.jar")
                .hasMessageContaining("building jobs/cli");
    }

    @Test
    void anEmptyTextIsRefused() {
        assertThatThrownBy(() -> DemoCorpus.prepare(ARTIFACTS, target, 4, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got bytesPerSilo=0");
    }

    private static void copyTexts(Path to) throws IOException {
        Files.copy(target.resolve("prepared.json"), to.resolve("prepared.json"));
        for (SiloText text : texts) {
            Files.createDirectory(to.resolve(text.silo()));
            Files.copy(text.file(target), text.file(to));
        }
    }

    private static List<String> documents(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.map(DemoCorpusTest::text).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String line) {
        try {
            return JSON.readTree(line).get("text").textValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
