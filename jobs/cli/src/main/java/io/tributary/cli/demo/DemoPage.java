package io.tributary.cli.demo;

import io.tributary.cli.dashboard.Dashboard;
import io.tributary.silo.text.ByteTokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The demo's live page. It only looks on: what the federation makes is the same with and without
 * it. When the federation is gone, it keeps what was seen last, until it is closed.
 */
final class DemoPage implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DemoPage.class);

    private final boolean wanted;
    private final PrintStream out;
    private final ByteTokenizer tokenizer = new ByteTokenizer();
    private @Nullable Dashboard dashboard;

    /**
     * @param wanted whether there is to be one
     * @param out where its address is told
     */
    DemoPage(boolean wanted, PrintStream out) {
        this.wanted = wanted;
        this.out = out;
    }

    /** Looks on for as long as what is returned is open. */
    @FunctionalInterface
    interface Observing extends AutoCloseable {
        @Override
        void close() throws InterruptedException;
    }

    /** Opens the page and tells its address; a page that cannot be opened stops nobody. */
    Observing observe(LocalFederation federation) throws InterruptedException {
        if (!wanted) {
            return () -> {};
        }
        try {
            var opened = open(federation);
            dashboard = opened;
            out.println("Live page: " + opened.url());
            return opened::stopObserving;
        } catch (IOException | KafkaException e) {
            LOG.warn("no live page", e);
            out.println("There is no live page: " + e.getMessage());
            return () -> {};
        }
    }

    /** On the usual port, or where there is room. */
    private Dashboard open(LocalFederation federation) throws IOException, InterruptedException {
        try {
            return open(federation, Dashboard.PORT);
        } catch (BindException e) {
            return open(federation, 0);
        }
    }

    private Dashboard open(LocalFederation federation, int port)
            throws IOException, InterruptedException {
        return Dashboard.start(
                federation.connection(),
                federation.topics(),
                tokenizer,
                Dashboard.LOOPBACK,
                port,
                Dashboard.HISTORY);
    }

    @Override
    public void close() throws InterruptedException {
        if (dashboard != null) {
            dashboard.close();
        }
        tokenizer.close();
    }
}
