package io.tributary.cli.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The demo's texts: code, prose, XML and multilingual names, one kind per silo.
 *
 * <p>Nothing is shipped: the texts are cut from pinned artifacts that the build fetches, always to
 * the same bytes. No paragraph is in two documents, whether of one silo or of two, so a split by
 * document holds text out for real.
 */
public final class DemoCorpus {

    private static final String MARKER = "prepared.json";

    /** Decides the order of the documents. */
    private static final String SHUFFLE = "tributary";

    private static final ObjectMapper JSON = new ObjectMapper();

    private record Document(String text) {}

    private record Prepared(Preparation preparation, List<SiloText> texts) {}

    private DemoCorpus() {}

    /**
     * Writes the texts, unless they are there already.
     *
     * @param artifacts the folder into which the build of this module copies the archives
     * @param target receives one folder per silo; see {@link SiloText#file}
     * @param silos how many texts: up to four are of different kinds, more are shards of these
     * @param bytesPerSilo the length of each text, at most
     * @return the texts, in a fixed order
     * @throws java.nio.file.NoSuchFileException if an archive is not in {@code artifacts}
     * @throws IllegalArgumentException if {@code silos} or {@code bytesPerSilo} is less than one
     */
    public static List<SiloText> prepare(Path artifacts, Path target, int silos, long bytesPerSilo)
            throws IOException {
        if (bytesPerSilo < 1) {
            throw new IllegalArgumentException(
                    "bytesPerSilo must be >= 1, got bytesPerSilo=" + bytesPerSilo);
        }
        var shares = Partition.shares(silos);
        var preparation = Preparation.of(artifacts, silos, bytesPerSilo);
        var marker = target.resolve(MARKER);
        if (Files.exists(marker)) {
            var earlier = JSON.readValue(marker.toFile(), Prepared.class);
            if (earlier.preparation().equals(preparation) && isIntact(earlier.texts(), target)) {
                return earlier.texts();
            }
            Files.delete(marker);
        }

        var documents = documents(artifacts);
        var texts = new ArrayList<SiloText>();
        for (Partition.Share share : shares) {
            var text = documents.get(share.kind());
            var sizes = text.stream().mapToInt(document -> document.getBytes(UTF_8).length);
            var bounds =
                    Partition.bounds(
                            sizes.toArray(), Partition.shards(share.kind(), silos), bytesPerSilo);
            var shard = text.subList(bounds[share.shard()], bounds[share.shard() + 1]);
            texts.add(write(share.silo(), shard, target));
        }
        JSON.writeValue(marker.toFile(), new Prepared(preparation, texts));
        return List.copyOf(texts);
    }

    /**
     * The ids of the silos that {@link #prepare} writes texts for, in its order.
     *
     * @throws IllegalArgumentException if {@code silos} is less than one
     */
    public static List<String> silos(int silos) {
        return Partition.shares(silos).stream().map(Partition.Share::silo).toList();
    }

    /** All there is of every kind, shuffled. */
    private static Map<Kind, List<String>> documents(Path artifacts) throws IOException {
        var documents = new EnumMap<Kind, List<String>>(Kind.class);
        var seen = new HashSet<String>();
        for (Kind kind : Kind.values()) {
            var assembled = new Documents(seen, kind.separator(), kind.shortestParagraph());
            kind.source().read(artifacts, assembled::add);
            documents.put(kind, shuffled(assembled.documents()));
        }
        return documents;
    }

    private static List<String> shuffled(List<String> documents) {
        record Ranked(String rank, String document) {}
        return documents.stream()
                .map(document -> new Ranked(Sha256.of(SHUFFLE + document), document))
                .sorted(Comparator.comparing(Ranked::rank))
                .map(Ranked::document)
                .toList();
    }

    private static SiloText write(String silo, List<String> documents, Path target)
            throws IOException {
        var lines = new StringBuilder();
        long bytes = 0;
        for (String document : documents) {
            lines.append(JSON.writeValueAsString(new Document(document))).append('\n');
            bytes += document.getBytes(UTF_8).length;
        }
        var text = new SiloText(silo, documents.size(), bytes, Sha256.of(lines.toString()));
        Files.createDirectories(text.file(target).getParent());
        Files.writeString(text.file(target), lines);
        return text;
    }

    private static boolean isIntact(List<SiloText> texts, Path target) throws IOException {
        for (SiloText text : texts) {
            var file = text.file(target);
            if (!Files.exists(file) || !Sha256.of(file).equals(text.sha256())) {
                return false;
            }
        }
        return true;
    }
}
