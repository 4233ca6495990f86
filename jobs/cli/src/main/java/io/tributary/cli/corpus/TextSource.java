package io.tributary.cli.corpus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Where one kind of text comes from. */
interface TextSource {

    /**
     * Hands over every section in a fixed order.
     *
     * @param artifacts the folder of the fetched archives
     * @throws IOException if an archive is missing or cannot be read
     */
    void read(Path artifacts, Consumer<Section> sections) throws IOException;
}
