package io.tributary.cli;

import io.tributary.schemas.model.ModelLayout;
import picocli.CommandLine.Option;

/** Into how large pieces a new model is cut. */
final class ChunkOption {

    @Option(
            names = "--chunk-elements",
            paramLabel = "N",
            defaultValue = "245760",
            description =
                    "Values per chunk, at most "
                            + ModelLayout.MAX_CHUNK_ELEMENTS
                            + " (default: ${DEFAULT-VALUE}).")
    private int elements;

    int elements() {
        return elements;
    }
}
