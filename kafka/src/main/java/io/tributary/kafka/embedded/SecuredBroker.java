package io.tributary.kafka.embedded;

import io.tributary.kafka.Answer;
import io.tributary.kafka.KafkaConnection;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * A broker in this process, for tests, that asks everybody for a password and allows nobody
 * anything but what it was told to: SCRAM-SHA-512 and access control lists, as a cluster of an
 * operator has them.
 */
public final class SecuredBroker implements AutoCloseable {

    /** Who has all rights. */
    public static final String ADMIN = "admin";

    private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_512;
    private static final int ITERATIONS = 4096;

    private final KafkaRaftServer server;
    private final String address;

    private SecuredBroker(KafkaRaftServer server, String address) {
        this.server = server;
        this.address = address;
    }

    /**
     * Starts a broker that knows nobody but {@link #ADMIN}, on a free port.
     *
     * @param dataDirectory created if missing; used by one broker at a time
     * @throws IllegalStateException if the directory cannot be used
     */
    public static SecuredBroker start(Path dataDirectory) {
        return BrokerStart.onFreePorts(() -> startOnce(dataDirectory));
    }

    private static SecuredBroker startOnce(Path dataDirectory) {
        var address = FreePorts.HOST + ":" + FreePorts.take();
        var controller = FreePorts.HOST + ":" + FreePorts.take();
        var properties = properties(dataDirectory, address, controller);
        SoleBroker.format(
                dataDirectory,
                List.of(
                        "%s=[name=%s,password=%s]"
                                .formatted(MECHANISM.mechanismName(), ADMIN, password(ADMIN))));
        return new SecuredBroker(BrokerStart.start(properties), address);
    }

    private static Properties properties(Path directory, String address, String controller) {
        var p = SoleBroker.properties(directory, controller);
        p.setProperty(
                "listeners",
                "CLIENTS://%s,%s://%s".formatted(address, SoleBroker.CONTROLLER, controller));
        p.setProperty("advertised.listeners", "CLIENTS://" + address);
        p.setProperty(
                "listener.security.protocol.map",
                "CLIENTS:SASL_PLAINTEXT,%s:PLAINTEXT".formatted(SoleBroker.CONTROLLER));
        p.setProperty("inter.broker.listener.name", "CLIENTS");
        p.setProperty("sasl.enabled.mechanisms", MECHANISM.mechanismName());
        p.setProperty("sasl.mechanism.inter.broker.protocol", MECHANISM.mechanismName());
        p.setProperty("listener.name.clients.scram-sha-512.sasl.jaas.config", jaas(ADMIN));
        p.setProperty("authorizer.class.name", StandardAuthorizer.class.getName());
        // Nobody is anonymous but the broker towards itself as its controller.
        p.setProperty("super.users", "User:%s;User:ANONYMOUS".formatted(ADMIN));
        return p;
    }

    /** What a user's {@code sasl.jaas.config} is, as Strimzi writes it. */
    public static String jaas(String user) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                .formatted(user, password(user));
    }

    private static String password(String user) {
        return user + "-secret";
    }

    public String bootstrapServers() {
        return address;
    }

    /** As a user, who need not be known. */
    public KafkaConnection as(String user) {
        return new KafkaConnection(
                address,
                Map.of(
                        "security.protocol",
                        "SASL_PLAINTEXT",
                        "sasl.mechanism",
                        MECHANISM.mechanismName(),
                        "sasl.jaas.config",
                        jaas(user)));
    }

    /** With all rights. */
    public KafkaConnection asAdmin() {
        return as(ADMIN);
    }

    /**
     * Lets a user in, with these rights besides those given before. The broker holds callers to it
     * a moment later.
     *
     * @throws org.apache.kafka.common.KafkaException if it does not take them
     */
    public void add(String user, Collection<AclBinding> rights) {
        try (var admin = Admin.create(asAdmin().clientConfig())) {
            var info = new ScramCredentialInfo(MECHANISM, ITERATIONS);
            var credential = new UserScramCredentialUpsertion(user, info, password(user));
            Answer.to("let in " + user, admin.alterUserScramCredentials(List.of(credential)).all());
            Answer.to("give rights to " + user, admin.createAcls(rights).all());
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
