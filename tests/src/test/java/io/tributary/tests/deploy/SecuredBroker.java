package io.tributary.tests.deploy;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.embedded.SoleBroker;
import io.tributary.tests.process.Ports;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A broker in this process that asks everybody for a password, and allows nobody anything but what
 * it was told to: SCRAM-SHA-512 and access control lists, as a cluster of an operator has them.
 */
public final class SecuredBroker implements AutoCloseable {

    private static final String MECHANISM = "SCRAM-SHA-512";
    private static final String ADMIN = "admin";
    private static final int ITERATIONS = 4096;

    private final KafkaRaftServer server;
    private final String address;

    private SecuredBroker(KafkaRaftServer server, String address) {
        this.server = server;
        this.address = address;
    }

    /**
     * @param directory for its log
     */
    public static SecuredBroker start(Path directory) throws Exception {
        var ports = Ports.free(2);
        var address = Ports.HOST + ":" + ports.get(0);
        format(directory);
        var configuration = KafkaConfig.fromProps(properties(directory, ports), false);
        var server = new KafkaRaftServer(configuration, Time.SYSTEM);
        server.startup();
        return new SecuredBroker(server, address);
    }

    private static void format(Path directory) throws Exception {
        Files.createDirectories(directory);
        try (var quiet =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(quiet)
                    .setNodeId(SoleBroker.NODE)
                    .setClusterId(Uuid.randomUuid().toString())
                    .addDirectory(directory.toString())
                    .setMetadataLogDirectory(directory.toString())
                    .setControllerListenerName(SoleBroker.CONTROLLER)
                    .setScramArguments(
                            List.of(
                                    "%s=[name=%s,password=%s]"
                                            .formatted(MECHANISM, ADMIN, password(ADMIN))))
                    .setHasDynamicQuorum(false)
                    .run();
        }
    }

    private static Properties properties(Path directory, List<Integer> ports) {
        var controller = Ports.HOST + ":" + ports.get(1);
        var p = SoleBroker.properties(directory, controller);
        p.setProperty(
                "listeners",
                "CLIENTS://%s:%s,%s://%s"
                        .formatted(Ports.HOST, ports.get(0), SoleBroker.CONTROLLER, controller));
        p.setProperty(
                "advertised.listeners", "CLIENTS://%s:%s".formatted(Ports.HOST, ports.get(0)));
        p.setProperty(
                "listener.security.protocol.map",
                "CLIENTS:SASL_PLAINTEXT,%s:PLAINTEXT".formatted(SoleBroker.CONTROLLER));
        p.setProperty("inter.broker.listener.name", "CLIENTS");
        p.setProperty("sasl.enabled.mechanisms", MECHANISM);
        p.setProperty("sasl.mechanism.inter.broker.protocol", MECHANISM);
        p.setProperty("listener.name.clients.scram-sha-512.sasl.jaas.config", jaas(ADMIN));
        p.setProperty("authorizer.class.name", StandardAuthorizer.class.getName());
        // Nobody is anonymous but the broker towards itself as its controller.
        p.setProperty("super.users", "User:%s;User:ANONYMOUS".formatted(ADMIN));
        return p;
    }

    /** What the entry of a client's {@code sasl.jaas.config} holds, as Strimzi writes it. */
    public static String jaas(String user) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                .formatted(user, password(user));
    }

    private static String password(String user) {
        return user + "-secret";
    }

    public String address() {
        return address;
    }

    /** With all rights. */
    public KafkaConnection admin() {
        return new KafkaConnection(
                address,
                Map.of(
                        "security.protocol",
                        "SASL_PLAINTEXT",
                        "sasl.mechanism",
                        MECHANISM,
                        "sasl.jaas.config",
                        jaas(ADMIN)));
    }

    /** Lets a user in, with these rights. */
    public void add(String user, List<AclBinding> rights)
            throws ExecutionException, InterruptedException {
        try (var admin = Admin.create(admin().clientConfig())) {
            var info = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS);
            admin.alterUserScramCredentials(
                            List.of(new UserScramCredentialUpsertion(user, info, password(user))))
                    .all()
                    .get();
            admin.createAcls(rights).all().get();
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
