package io.tributary.cli.dashboard;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.silo.text.Tokenizer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;

/** A live page about a federation, until it is closed. */
public final class Dashboard implements AutoCloseable {

    /** Where the page is unless it is told otherwise. */
    public static final int PORT = 8710;

    /** This machine, and nobody else. */
    public static final String LOOPBACK = "127.0.0.1";

    /**
     * How far back to read, in records of each partition: signs of life of three days, every three
     * seconds.
     */
    public static final int HISTORY = 100_000;

    private final FederationFeed feed;
    private final PageServer server;
    private final String host;

    private Dashboard(FederationFeed feed, PageServer server, String host) {
        this.feed = feed;
        this.server = server;
        this.host = host;
    }

    /**
     * Starts it.
     *
     * @param tokenizer what the models were trained with, for those who download one; not closed
     * @param host address to listen on; whoever reaches it sees everything
     * @param port 0 for any that is free
     * @param history how far back to read, in records of each partition
     * @throws org.apache.kafka.common.KafkaException if the cluster cannot be reached or the
     *     federation's topics do not exist
     * @throws BindException if the port is taken
     * @throws IOException if there is no such address
     */
    public static Dashboard start(
            KafkaConnection connection,
            FederationTopics topics,
            Tokenizer tokenizer,
            String host,
            int port,
            int history)
            throws IOException, InterruptedException {
        var clock = Clock.systemUTC();
        var address = new InetSocketAddress(InetAddress.getByName(host), port);
        var feed = FederationFeed.start(connection, topics, clock, history);
        try {
            var download = new VersionDownload(connection, topics, tokenizer);
            var server = PageServer.start(address, host, feed, download, clock);
            return new Dashboard(feed, server, host);
        } catch (IOException | RuntimeException e) {
            feed.close();
            throw e;
        }
    }

    /** What to open in a browser. */
    public String url() {
        var address = server.address().getAddress();
        var name = address.isAnyLocalAddress() ? "localhost" : host;
        return "http://%s:%s/"
                .formatted(
                        name.contains(":") ? "[" + name + "]" : name, server.address().getPort());
    }

    /** Whether others than this machine can see it. */
    public boolean isPublic() {
        return !server.address().getAddress().isLoopbackAddress();
    }

    /** Lets go of the cluster; the page stays as it is now, and says that it is over. */
    public void stopObserving() throws InterruptedException {
        feed.close();
    }

    @Override
    public void close() throws InterruptedException {
        server.close();
        feed.close();
    }
}
