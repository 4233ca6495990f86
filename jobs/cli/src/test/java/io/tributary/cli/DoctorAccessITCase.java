package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.cli.SecuredUsers.Right;
import io.tributary.kafka.cluster.AccessReader;
import io.tributary.kafka.embedded.SecuredBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a broker that holds callers to access rules; every user is of one test. */
class DoctorAccessITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir static Path folder;
    private static SecuredBroker broker;
    private static SecuredUsers users;

    @BeforeAll
    static void start() throws Exception {
        broker = SecuredBroker.start(folder.resolve("kafka"));
        users = new SecuredUsers(broker, folder);
        var created =
                Ended.run(
                        as(
                                users.file(SecuredBroker.ADMIN),
                                "topics",
                                "create",
                                "--replication",
                                "1",
                                "-s",
                                "acme",
                                "-s",
                                "acme-eu"));
        assertThat(created.exitCode()).as(created.err()).isZero();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** What jobs/silo needs, and nothing else: the doctor has no objection. */
    @Test
    void aSiloWithItsOwnRightsAndNoOthersIsWell() throws Exception {
        users.give("acme", silo("acme"));

        var ended = doctor("acme", "--as", "silo", "--silo", "acme");

        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
        assertThat(ended.out())
                .contains(
                        "ok       access: silo acme may do all that it needs: 6 rights on topics,"
                                + " transactional ids news.acme.*")
                .doesNotContain("warning  ", "problem  ");
    }

    @Test
    void whatASiloLacksIsNamedWithTheRightToGive() throws Exception {
        users.give("poor", Right.read("news.rounds"), Right.read("news.updates.acme"));

        var ended = doctor("poor", "--as", "silo", "--silo", "acme");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILURE);
        assertThat(ended.out())
                .contains(
                        "problem  access: silo acme may not read news.models",
                        "problem  access: silo acme may not write to news.updates.acme",
                        "--operation Write --topic news.updates.acme",
                        "problem  access: silo acme may not write with transactional ids"
                                + " that begin with news.acme.",
                        "--transactional-id news.acme. --resource-pattern-type prefixed")
                .doesNotContain("may not read news.rounds");
    }

    /** The trap of prefixes: acme-eu begins with acme. */
    @Test
    void rightsGivenByAPrefixReachOtherSilosAndAreWarnedOf() throws Exception {
        var rights = new ArrayList<>(List.of(silo("acme")));
        rights.add(Right.write("news.updates.acme").prefixed());
        rights.add(Right.read("news.updates.acme-eu"));
        rights.add(Right.write("news.control"));
        rights.add(Right.transact("news."));
        users.give("greedy", rights.toArray(Right[]::new));

        var ended = doctor("greedy", "--as", "silo", "--silo", "acme");

        assertThat(ended.exitCode()).as(ended.out()).isEqualTo(ExitCode.WARNINGS);
        assertThat(ended.out())
                .contains(
                        "warning  access: silo acme may read news.updates.acme-eu, which it has no use for",
                        "warning  access: silo acme may write to news.updates.acme-eu",
                        "warning  access: silo acme may write to news.control",
                        "warning  access: silo acme may see topics like news.updates.acme-doctor:"
                                + " its rights are given by a prefix",
                        "warning  access: silo acme may write with transactional ids like"
                                + " news.acme-doctor.*");
    }

    @Test
    void theJobsRightsAreLookedAtWithItsGroupAndItsIds() throws Exception {
        users.give(
                "job",
                Right.read("news.updates.").prefixed(),
                Right.read("news.genesis"),
                Right.read("news.models"),
                Right.read("news.versions"),
                Right.read("news.rounds"),
                Right.read("news.control"),
                Right.write("news.models"),
                Right.write("news.versions"),
                Right.write("news.rounds"),
                Right.transact("news.main.aggregation."));

        var ended = doctor("job", "--as", "job");

        assertThat(ended.out())
                .contains(
                        "problem  access: the job may not write to news.rejected",
                        "warning  access: the job may not commit offsets of group"
                                + " news.main.aggregation: lag monitors see nothing of it")
                .doesNotContain("access: the job may not read", "transactional ids that");

        users.give("job", Right.write("news.rejected"), Right.commit("news.main.aggregation"));

        assertThat(doctor("job", "--as", "job").out())
                .contains("ok       access: the job may do all that it needs")
                .doesNotContain("open transactions");
    }

    @Test
    void aMonitorThatMayWriteIsWarnedOf() throws Exception {
        users.give(
                "watcher",
                Right.read("news.").prefixed(),
                Right.write("news.control"),
                Right.commit("news.main.aggregation"));

        var ended = doctor("watcher", "--as", "monitor");

        assertThat(ended.out())
                .contains("warning  access: a monitor may write to news.control")
                .contains("ok       access: a monitor may do all that it needs");
    }

    /** To ask for a transactional id must not shut out who uses it, nor leave anything behind. */
    @Test
    void askingDisturbsNobody() throws Exception {
        try (var reader = new AccessReader(broker.asAdmin(), TIMEOUT);
                var admin = Admin.create(broker.asAdmin().clientConfig())) {
            assertThat(reader.mayTransact("news.quiet.updates")).isTrue();
            assertThat(reader.mayCommit("news.quiet")).isTrue();

            assertThat(admin.listTransactions().all().get())
                    .noneMatch(listed -> listed.transactionalId().equals("news.quiet.updates"));
            assertThat(admin.listGroups().all().get())
                    .noneMatch(listed -> listed.groupId().equals("news.quiet"));
        }
    }

    /** A silo's own rights are enough to measure its link, and nobody sees what was sent. */
    @Test
    void aSiloMeasuresItsLinkWithItsOwnRights() throws Exception {
        users.give("measuring", silo("acme"));

        var ended =
                doctor(
                        "measuring",
                        "--as",
                        "silo",
                        "--silo",
                        "acme",
                        "--bandwidth",
                        "--parameters",
                        "1M");

        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
        assertThat(ended.out())
                .containsPattern("ok       bandwidth: .* to the broker, of .*B sent and taken back")
                .containsPattern(
                        "ok       upload: an update of 1M parameters in f32 .* takes [0-9.]+ m?s,");
    }

    private static Right[] silo(String id) {
        return new Right[] {
            Right.read("news.updates." + id),
            Right.write("news.updates." + id),
            Right.read("news.rounds"),
            Right.read("news.models"),
            Right.read("news.versions"),
            Right.read("news.genesis"),
            Right.transact("news." + id + ".")
        };
    }

    private static Ended doctor(String user, String... more) throws Exception {
        var words = new ArrayList<>(List.of("doctor"));
        words.addAll(List.of(more));
        return Ended.run(as(users.file(user), words.toArray(String[]::new)));
    }

    private static String[] as(Path file, String... command) {
        var words = new ArrayList<>(List.of(command));
        words.addAll(
                List.of(
                        "-b",
                        broker.bootstrapServers(),
                        "-f",
                        "news",
                        "--kafka-config",
                        file.toString()));
        return words.toArray(String[]::new);
    }
}
