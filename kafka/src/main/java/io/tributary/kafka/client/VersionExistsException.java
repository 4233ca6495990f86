package io.tributary.kafka.client;

/** A version cannot be given because the model line has come as far already. */
public final class VersionExistsException extends RuntimeException {

    private static final long serialVersionUID = 1;

    VersionExistsException(Genesis genesis, int newest) {
        super(
                ("version %s of %s cannot be written: the newest version is %s already. Use"
                                + " version %s, another model name or another federation")
                        .formatted(genesis.version(), genesis.model(), newest, newest + 1));
    }
}
