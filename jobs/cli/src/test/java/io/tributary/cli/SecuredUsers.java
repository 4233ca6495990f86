package io.tributary.cli;

import static org.awaitility.Awaitility.await;

import io.tributary.kafka.embedded.SecuredBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Who may do what on a broker.
 *
 * @param folder for the users' files
 */
record SecuredUsers(SecuredBroker broker, Path folder) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A user's properties file for {@code --kafka-config}. */
    Path file(String user) throws IOException {
        var file = folder.resolve(user + ".properties");
        var properties = new Properties();
        properties.putAll(broker.as(user).security());
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        return file;
    }

    /** Gives rights to a user, who is created if need be. */
    void give(String user, Right... rights) throws Exception {
        var bindings = Stream.of(rights).map(right -> right.of(user)).toList();
        broker.add(user, bindings);
        try (var admin = Admin.create(broker.asAdmin().clientConfig())) {
            await().atMost(PATIENCE).until(() -> rights(admin).containsAll(bindings));
        }
        await().atMost(PATIENCE).until(() -> knows(user));
    }

    private static List<AclBinding> rights(Admin admin) throws Exception {
        return List.copyOf(admin.describeAcls(AclBindingFilter.ANY).values().get());
    }

    private boolean knows(String user) throws Exception {
        try (var admin = Admin.create(broker.as(user).clientConfig())) {
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

        AclBinding of(String user) {
            return new AclBinding(
                    new ResourcePattern(type, name, pattern),
                    new AccessControlEntry(
                            "User:" + user, "*", operation, AclPermissionType.ALLOW));
        }
    }
}
