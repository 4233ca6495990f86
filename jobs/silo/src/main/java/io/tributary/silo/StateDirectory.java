package io.tributary.silo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import io.tributary.schemas.model.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a silo keeps across restarts. Every file appears whole or not at all.
 *
 * <p>Moments are kept for the two newest rounds trained: a silo that dies between training and
 * uploading trains the round again, from the moments of the round before. Their file names carry
 * the digest of the version the round started from, so that moments of another federation that had
 * the same name are not taken for this one's.
 */
final class StateDirectory {

    private static final Pattern MOMENTS = Pattern.compile("moments-(\\d{1,9})-([0-9a-f]{16})");
    private static final int KEPT = 2;

    private final Path directory;

    /**
     * @param directory created if missing
     */
    StateDirectory(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /** Writes the trainer's moments after a round that started from {@code base}. */
    void saveMoments(int round, ModelVersion base, LocalTrainer trainer) throws IOException {
        var file = directory.resolve("moments-%d-%s".formatted(round, shortDigest(base)));
        var partial = directory.resolve("moments.partial");
        Files.deleteIfExists(partial);
        trainer.saveState(partial);
        if (Files.exists(partial)) { // a solver without state writes nothing
            Files.move(partial, file, ATOMIC_MOVE, REPLACE_EXISTING);
        }
        var saved = saved();
        for (var old : saved.subList(0, Math.max(0, saved.size() - KEPT))) {
            Files.delete(old.file());
        }
    }

    /** The moments of the newest round before this one that was trained here. */
    Optional<SavedRound> momentsBefore(int round) throws IOException {
        return saved().stream().filter(s -> s.round() < round).reduce((older, newer) -> newer);
    }

    /** Forgets the moments of a round, if there are any. */
    void discardMoments(int round) throws IOException {
        for (var saved : saved()) {
            if (saved.round() == round) {
                Files.delete(saved.file());
            }
        }
    }

    /** The number of the next upload for a round, from 1; counted before it begins. */
    int nextAttempt(int round) throws IOException {
        var last = read("attempt");
        int attempt =
                last.size() == 2 && number(last.get(0)) == round ? number(last.get(1)) + 1 : 1;
        write("attempt", List.of(String.valueOf(round), String.valueOf(attempt)));
        return attempt;
    }

    boolean wasEvaluated(ModelVersion version) throws IOException {
        return read("evaluated").equals(evaluated(version));
    }

    void setEvaluated(ModelVersion version) throws IOException {
        write("evaluated", evaluated(version));
    }

    private static List<String> evaluated(ModelVersion version) {
        return List.of(String.valueOf(version.version()), version.digest());
    }

    /** In the order of rounds. */
    private List<SavedRound> saved() throws IOException {
        var saved = new ArrayList<SavedRound>();
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                var name = MOMENTS.matcher(file.getFileName().toString());
                if (name.matches()) {
                    saved.add(new SavedRound(number(name.group(1)), name.group(2), file));
                }
            }
        }
        saved.sort(Comparator.comparingInt(SavedRound::round));
        return saved;
    }

    private List<String> read(String name) throws IOException {
        var file = directory.resolve(name);
        return Files.exists(file) ? Files.readAllLines(file, UTF_8) : List.of();
    }

    private void write(String name, List<String> lines) throws IOException {
        var partial = directory.resolve(name + ".partial");
        Files.write(partial, lines, UTF_8);
        Files.move(partial, directory.resolve(name), ATOMIC_MOVE, REPLACE_EXISTING);
    }

    private static String shortDigest(ModelVersion version) {
        return version.digest().substring(0, 16);
    }

    /** Files may have been edited by hand: what is no number counts as none. */
    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /**
     * Moments on disk.
     *
     * @param round the round after which they were saved
     * @param baseDigest beginning of the digest of the version it started from
     * @param file where they are
     */
    record SavedRound(int round, String baseDigest, Path file) {

        boolean startedFrom(ModelVersion base) {
            return shortDigest(base).equals(baseDigest);
        }
    }
}
