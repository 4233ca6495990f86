package io.tributary.cli.corpus;

import java.nio.file.Path;

/**
 * The text of one silo.
 *
 * @param silo its id, also the name of its folder
 * @param documents how many
 * @param bytes of text, in UTF-8
 * @param sha256 of its file
 */
public record SiloText(String silo, int documents, long bytes, String sha256) {

    /**
     * The file: one JSON object with the single field {@code text} per line, in UTF-8, documents in
     * shuffled order.
     *
     * @param target the folder of the prepared corpus
     */
    public Path file(Path target) {
        return target.resolve(silo).resolve("documents.jsonl");
    }
}
