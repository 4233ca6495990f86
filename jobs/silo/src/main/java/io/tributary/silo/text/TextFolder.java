package io.tributary.silo.text;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The documents in a folder and its sub-folders, in the order of their paths: a file is a document,
 * except that in a {@code .jsonl} file every line is one, of the form {@code {"text": "..."}}.
 * Files whose name begins with a dot and documents without any text are passed over.
 */
final class TextFolder {

    private static final ObjectMapper JSON = new ObjectMapper();

    private TextFolder() {}

    /**
     * @throws IOException if there is no such folder, or a file is not UTF-8 or not the JSON that
     *     is expected; the message names the file and the place
     */
    static void forEachDocument(Path folder, Consumer<String> consumer) throws IOException {
        for (var file : files(folder)) {
            if (file.getFileName().toString().endsWith(".jsonl")) {
                readLines(file, consumer);
            } else {
                emit(readWhole(file), consumer);
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("text folder %s does not exist".formatted(folder));
        }
        try (var paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return paths.filter(Files::isRegularFile)
                    .filter(path -> !isHidden(folder.relativize(path)))
                    .sorted(Comparator.comparing(path -> name(folder, path)))
                    .collect(Collectors.toList());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isHidden(Path relative) {
        for (var part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** The path with forward slashes, so that the order does not depend on the system. */
    private static String name(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private static void readLines(Path file, Consumer<String> consumer) throws IOException {
        int number = 0;
        try (var lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), utf8()))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    emit(text(line), consumer);
                }
            }
        } catch (CharacterCodingException e) {
            throw new IOException(
                    "%s is not UTF-8 text after line %s; convert it or take it out of the folder"
                            .formatted(file, number),
                    e);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "%s line %s must be JSON with a string field \"text\": %s"
                            .formatted(file, number, e.getOriginalMessage()),
                    e);
        }
    }

    private static String text(String line) throws JsonProcessingException {
        return JSON.readValue(line, Document.class).text();
    }

    private static void emit(String document, Consumer<String> consumer) {
        if (!document.isBlank()) {
            consumer.accept(document);
        }
    }

    private static String readWhole(Path file) throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        try {
            return utf8().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new IOException(
                    "%s is not UTF-8 text: malformed at byte %s; convert it or take it out of the folder"
                            .formatted(file, bytes.position()),
                    e);
        }
    }

    /** A decoder that reports what is malformed instead of replacing it. */
    private static CharsetDecoder utf8() {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Document(@JsonProperty(required = true) String text) {}
}
