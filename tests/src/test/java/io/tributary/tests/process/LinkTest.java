package io.tributary.tests.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.kafka.embedded.FreePorts;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A link between a client and a broker that are both this test. */
class LinkTest {

    private ServerSocket server;
    private Link link;
    private Socket client;
    private Socket broker;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getByName(FreePorts.HOST));
        link = Link.to(server.getLocalPort());
        client = new Socket(FreePorts.HOST, link.port());
        broker = server.accept();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        broker.close();
        link.close();
        server.close();
    }

    @Test
    void requestsArriveAsTheyWereSent() throws IOException {
        send(Link.END_TRANSACTION, "one");
        send(Link.PRODUCE, "two");

        assertThat(receive()).isEqualTo("one");
        assertThat(receive()).isEqualTo("two");
    }

    @Test
    void whatIsHeldArrivesWhenTheLinkIsRestored() throws IOException {
        link.holdFrom(Link.END_TRANSACTION, 1);
        send(Link.END_TRANSACTION, "first");
        send(Link.END_TRANSACTION, "second");

        assertThat(receive()).isEqualTo("first");
        await().until(link::isSprung);
        assertThat(broker.getInputStream().available()).isZero();
        link.restore();
        assertThat(receive()).isEqualTo("second");
    }

    @Test
    void onlyTheCommitsThatAreMeantAreHeld() throws IOException {
        link.holdCommits(".versions.");
        send(Link.END_TRANSACTION, "job.rounds.0");
        assertThat(receive()).isEqualTo("job.rounds.0");
        assertThat(link.isSprung()).isFalse();

        send(Link.END_TRANSACTION, "job.versions.0");
        await().until(link::isSprung);
        assertThat(broker.getInputStream().available()).isZero();
    }

    @Test
    void signsOfLifeSpringNoTrap() throws IOException {
        link.holdFrom(Link.PRODUCE, 0);
        send(Link.PRODUCE, "small");
        assertThat(receive()).isEqualTo("small");

        send(Link.PRODUCE, "large".repeat(10_000));
        await().until(link::isSprung);
    }

    @Test
    void aCutEndsConnections() throws IOException {
        link.cut();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void whatIsHeldWhenTheLinkIsCutNeverArrives() throws IOException {
        link.holdCommits(".versions.");
        send(Link.END_TRANSACTION, "job.versions.0");
        await().until(link::isSprung);

        link.cut();
        link.restore();

        assertThat(broker.getInputStream().read()).isEqualTo(-1);
    }

    private void send(short kind, String text) throws IOException {
        var out = new DataOutputStream(client.getOutputStream());
        var bytes = text.getBytes(ISO_8859_1);
        out.writeInt(2 + bytes.length);
        out.writeShort(kind);
        out.write(bytes);
        out.flush();
    }

    private String receive() throws IOException {
        var in = new DataInputStream(broker.getInputStream());
        var request = new byte[in.readInt()];
        in.readFully(request);
        return new String(request, 2, request.length - 2, ISO_8859_1);
    }
}
