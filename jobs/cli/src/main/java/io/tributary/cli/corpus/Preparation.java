package io.tributary.cli.corpus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that decides what the texts are.
 *
 * @param recipe version of the rules in this package
 * @param silos how many texts are wanted
 * @param bytesPerSilo the length of each, at most
 * @param archives SHA-256 of every archive read, by name
 */
record Preparation(int recipe, int silos, long bytesPerSilo, SortedMap<String, String> archives) {

    /** To be raised with every change of the rules that changes a text. */
    private static final int RECIPE = 1;

    static Preparation of(Path artifacts, int silos, long bytesPerSilo) throws IOException {
        var archives = new TreeMap<String, String>();
        for (Kind kind : Kind.values()) {
            for (String name : kind.archives()) {
                archives.put(name, Sha256.of(ArchiveText.require(artifacts.resolve(name))));
            }
        }
        return new Preparation(RECIPE, silos, bytesPerSilo, archives);
    }
}
