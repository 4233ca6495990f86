package io.tributary.cli.corpus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The text files in a list of archives: archives in the given order, entries by path. Files that
 * are not UTF-8 are passed over.
 *
 * @param archives file names in the folder of artifacts
 * @param files the entries to read, by their whole path
 * @param paragraphs cuts the text of one file, lines ending in {@code \n}
 */
record ArchiveText(List<String> archives, Pattern files, Function<String, List<String>> paragraphs)
        implements TextSource {

    @Override
    public void read(Path artifacts, Consumer<Section> sections) throws IOException {
        for (String name : archives) {
            try (var archive = new ZipFile(require(artifacts.resolve(name)).toFile())) {
                var entries =
                        archive.stream()
                                .filter(entry -> files.matcher(entry.getName()).matches())
                                .sorted(Comparator.comparing(ZipEntry::getName))
                                .toList();
                for (ZipEntry entry : entries) {
                    var text = text(archive, entry);
                    if (text != null) {
                        var path = name + "!" + entry.getName();
                        sections.accept(new Section(path, paragraphs.apply(text)));
                    }
                }
            }
        }
    }

    static Path require(Path archive) throws NoSuchFileException {
        if (!Files.isRegularFile(archive)) {
            throw new NoSuchFileException(
                    archive.toString(),
                    null,
                    "the demo's texts are cut from this archive, which building jobs/cli puts into"
                            + " its target/corpus; build it, or point to the folder that has it");
        }
        return archive;
    }

    private static @Nullable String text(ZipFile archive, ZipEntry entry) throws IOException {
        try (var in = archive.getInputStream(entry)) {
            var decoder = StandardCharsets.UTF_8.newDecoder(); // reports malformed input
            return decoder.decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString()
                    .replace("\r\n", "\n");
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
