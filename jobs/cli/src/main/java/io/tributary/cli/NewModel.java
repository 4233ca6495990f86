package io.tributary.cli;

import io.tributary.kafka.client.Genesis;
import io.tributary.kafka.client.GenesisWriter;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.model.Architecture;
import java.io.PrintWriter;
import java.time.Duration;

/**
 * What will be version 0 of a model line.
 *
 * @param genesis what it says about itself
 * @param parameters its values
 */
record NewModel(Genesis genesis, ParameterBuffer parameters) {

    /** How long reading what exists, and writing, may take. */
    static final Duration TIMEOUT = Duration.ofMinutes(5);

    /**
     * @param model name of the model line
     * @param tokenizer id of the tokenizer that it is for
     */
    static NewModel of(
            String model, Architecture architecture, String tokenizer, ParameterBuffer parameters) {
        var genesis = new Genesis(model, 0, -1, architecture.toJson(), tokenizer, Codec.F32, 0);
        return new NewModel(genesis, parameters);
    }

    /**
     * Publishes it and says so.
     *
     * @throws io.tributary.kafka.client.VersionExistsException if the model line has a version
     */
    void publish(FederationOptions federation, PrintWriter out) throws InterruptedException {
        var version =
                new GenesisWriter(federation.reached(), federation.topics(), TIMEOUT)
                        .write(genesis, parameters);
        out.printf(
                "published version %s of %s: %,d parameters in %s chunks, digest %s%n",
                version.version(),
                version.model(),
                version.layout().elements(),
                version.layout().chunkCount(),
                version.digest());
    }
}
