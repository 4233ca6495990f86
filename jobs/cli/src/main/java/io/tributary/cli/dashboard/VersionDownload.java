package io.tributary.cli.dashboard;

import com.sun.net.httpserver.HttpExchange;
import io.tributary.cli.NotFoundException;
import io.tributary.cli.PublishedModel;
import io.tributary.cli.PublishedModels;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.IncompleteVersionException;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.silo.export.HuggingFaceExport;
import io.tributary.silo.text.Tokenizer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.common.KafkaException;

/**
 * A version as an archive of the folder that {@code tributary export} writes. It is read from the
 * log into memory outside of the heap, and sent from there; one at a time. Whoever stops taking it
 * makes room for the next ({@link StalledAnswers}).
 */
final class VersionDownload {

    /** An archive is made in far smaller pieces, each of which would be watched by itself. */
    private static final int PIECE_BYTES = 64 * 1024;

    private final KafkaConnection connection;
    private final FederationTopics topics;
    private final Tokenizer tokenizer;
    private final Semaphore free = new Semaphore(1);

    /**
     * @param tokenizer of the federation's models; not closed
     */
    VersionDownload(KafkaConnection connection, FederationTopics topics, Tokenizer tokenizer) {
        this.connection = connection;
        this.topics = topics;
        this.tokenizer = tokenizer;
    }

    void send(HttpExchange exchange, String model, int version) throws IOException {
        if (!free.tryAcquire()) {
            Answers.later(exchange, 10, "another version is being downloaded; try again soon");
            return;
        }
        try {
            send(exchange, read(model, version));
        } catch (NotFoundException e) {
            Answers.text(exchange, Answers.NOT_FOUND, e.getMessage());
        } catch (IncompleteVersionException e) {
            Answers.text(exchange, Answers.GONE, e.getMessage());
        } catch (IllegalArgumentException e) {
            Answers.text(exchange, Answers.CONFLICT, e.getMessage());
        } catch (KafkaException e) {
            Answers.later(exchange, 30, "the cluster does not answer: " + e.getMessage());
        } catch (OutOfMemoryError e) {
            Answers.text(
                    exchange,
                    Answers.INSUFFICIENT_STORAGE,
                    "there is no memory for version %s of %s; start the page with TRIBUTARY_JAVA_OPTS=-XX:MaxDirectMemorySize=..., or use 'tributary export'"
                            .formatted(version, model));
        } finally {
            free.release();
        }
    }

    private PublishedModel read(String model, int version) throws IncompleteVersionException {
        return new PublishedModels(connection, topics, model).read(version, tokenizer);
    }

    private void send(HttpExchange exchange, PublishedModel model) throws IOException {
        var architecture = model.architecture(); // fails before anything is sent
        var version = model.version();
        var name = "%s-%s-%s".formatted(topics.federation(), version.model(), version.version());
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "application/zip");
        headers.set("Content-Disposition", "attachment; filename=\"" + name + ".zip\"");
        exchange.sendResponseHeaders(Answers.OK, 0);
        var out = new BufferedOutputStream(exchange.getResponseBody(), PIECE_BYTES);
        try (var zip = new ZipOutputStream(out)) {
            HuggingFaceExport.write(zip, name, architecture, model.parameters(), tokenizer);
        }
    }
}
