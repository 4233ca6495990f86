package io.tributary.cli;

import static org.awaitility.Awaitility.await;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.embedded.SoleBroker;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** A real broker whose callers say who they are (SCRAM) and are held to access rules. */
final class SecuredBroker implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final String ADMIN = "admin";
    private static final String MECHANISM = "SCRAM-SHA-512";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaRaftServer server;
    private final String address;

    private SecuredBroker(KafkaRaftServer server, String address) {
        this.server = server;
        this.address = address;
    }

    static SecuredBroker start(Path directory) throws Exception {
        int port = freePort();
        var address = HOST + ":" + port;
        var controller = HOST + ":" + freePort();
        format(directory);
        var p = SoleBroker.properties(directory, controller);
        p.setProperty(
                "listeners",
                "BROKER://%s,%s://%s".formatted(address, SoleBroker.CONTROLLER, controller));
        p.setProperty("advertised.listeners", "BROKER://" + address);
        p.setProperty(
                "listener.security.protocol.map",
                "BROKER:SASL_PLAINTEXT,%s:PLAINTEXT".formatted(SoleBroker.CONTROLLER));
        p.setProperty("inter.broker.listener.name", "BROKER");
        p.setProperty("sasl.enabled.mechanisms", MECHANISM);
        p.setProperty("sasl.mechanism.inter.broker.protocol", MECHANISM);
        p.setProperty("listener.name.broker.scram-sha-512.sasl.jaas.config", jaas(ADMIN));
        p.setProperty(
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        p.setProperty("super.users", "User:%s;User:ANONYMOUS".formatted(ADMIN));
        var server = new KafkaRaftServer(KafkaConfig.fromProps(p, false), Time.SYSTEM);
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
                    .setHasDynamicQuorum(false)
                    .setScramArguments(
                            List.of("%s=[name=%s,password=%s]".formatted(MECHANISM, ADMIN, ADMIN)))
                    .run();
        }
    }

    String bootstrapServers() {
        return address;
    }

    /** As a user whose password is the name. */
    KafkaConnection as(String user) {
        return new KafkaConnection(address, security(user));
    }

    KafkaConnection asAdmin() {
        return as(ADMIN);
    }

    private static Map<String, String> security(String user) {
        return Map.of(
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                MECHANISM,
                "sasl.jaas.config",
                jaas(user));
    }

    /** A properties file for {@code --kafka-config}. */
    static Path file(Path folder, String user) throws IOException {
        var file = folder.resolve(user + ".properties");
        var properties = new Properties();
        security(user).forEach(properties::setProperty);
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        return file;
    }

    static Path adminFile(Path folder) throws IOException {
        return file(folder, ADMIN);
    }

    private static String jaas(String user) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                .formatted(user, user);
    }

    /** Rights of a user, who is created if need be. */
    void give(String user, Right... rights) throws Exception {
        try (var admin = Admin.create(asAdmin().clientConfig())) {
            admin.alterUserScramCredentials(
                            List.of(
                                    new UserScramCredentialUpsertion(
                                            user,
                                            new ScramCredentialInfo(
                                                    ScramMechanism.SCRAM_SHA_512, 4096),
                                            user)))
                    .all()
                    .get();
            var bindings = new ArrayList<AclBinding>();
            for (var right : rights) {
                bindings.add(
                        new AclBinding(
                                new ResourcePattern(right.type(), right.name(), right.pattern()),
                                new AccessControlEntry(
                                        "User:" + user,
                                        "*",
                                        right.operation(),
                                        AclPermissionType.ALLOW)));
            }
            admin.createAcls(bindings).all().get();
            // The controller has it now; a broker holds callers to it a moment later.
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    admin.describeAcls(AclBindingFilter.ANY)
                                            .values()
                                            .get()
                                            .containsAll(bindings));
        }
        await().atMost(PATIENCE).until(() -> knows(user));
    }

    private boolean knows(String user) throws Exception {
        try (var admin = Admin.create(as(user).clientConfig())) {
            return !admin.describeCluster().clusterId().get().isEmpty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthenticationException) {
                return false;
            }
            throw e;
        }
    }

    /** One access rule. */
    record Right(ResourceType type, String name, PatternType pattern, AclOperation operation) {

        static Right read(String topic) {
            return new Right(ResourceType.TOPIC, topic, PatternType.LITERAL, AclOperation.READ);
        }

        static Right write(String topic) {
            return new Right(ResourceType.TOPIC, topic, PatternType.LITERAL, AclOperation.WRITE);
        }

        static Right transact(String prefix) {
            return new Right(
                    ResourceType.TRANSACTIONAL_ID,
                    prefix,
                    PatternType.PREFIXED,
                    AclOperation.WRITE);
        }

        Right prefixed() {
            return new Right(type, name, PatternType.PREFIXED, operation);
        }

        static Right commit(String group) {
            return new Right(ResourceType.GROUP, group, PatternType.LITERAL, AclOperation.READ);
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }
}
