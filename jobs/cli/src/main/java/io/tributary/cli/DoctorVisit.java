package io.tributary.cli;

import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.StartChecks;
import io.tributary.aggregation.check.ClusterChecks;
import io.tributary.aggregation.check.Finding;
import io.tributary.aggregation.check.TopicChecks;
import io.tributary.cli.doctor.AccessChecks;
import io.tributary.cli.doctor.DirectMemory;
import io.tributary.cli.doctor.LinkChecks;
import io.tributary.cli.doctor.MemoryChecks;
import io.tributary.cli.doctor.ModelInUse;
import io.tributary.cli.doctor.Role;
import io.tributary.cli.doctor.TransactionChecks;
import io.tributary.cli.sizing.Sizing;
import io.tributary.kafka.client.BrokerClock;
import io.tributary.kafka.client.UploadProbe;
import io.tributary.kafka.cluster.ClusterReader;
import io.tributary.kafka.cluster.TopicFacts;
import io.tributary.kafka.transactions.TransactionAdmin;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** What {@code doctor} asks a cluster that answers. */
final class DoctorVisit {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration PROBE = Duration.ofSeconds(5);
    private static final long PROBE_BYTES = 32L << 20;

    /** Before it has been measured: no finding that depends on it is made then. */
    private static final double ANY_SPEED = 1;

    private final JobSettings settings;
    private final boolean settingsGiven;
    private final DoctorSubject subject;
    private final List<Finding> findings;

    /**
     * @param settings of the job
     * @param settingsGiven whether the caller has given any; else the newest plan counts
     * @param findings to which is added
     */
    DoctorVisit(
            JobSettings settings,
            boolean settingsGiven,
            DoctorSubject subject,
            List<Finding> findings) {
        this.settings = settings;
        this.settingsGiven = settingsGiven;
        this.subject = subject;
        this.findings = findings;
    }

    /**
     * @param restorePath checkpoint or savepoint to start from; null for none
     * @throws KafkaException if the cluster cannot be asked
     */
    void make(@Nullable String restorePath, boolean clock) {
        Map<String, TopicFacts> found;
        try (var reader = new ClusterReader(settings.connection(), TIMEOUT)) {
            found = reader.topics(settings::uses);
            var longest = start(restorePath, reader, found);
            access(found);
            var model = model(found);
            room(reader, found, model);
            link(model, longest);
        }
        if (clock && hasClock(found)) {
            findings.add(
                    orWhyNot(
                            "clock",
                            "leave it out with --no-clock",
                            () -> ClusterChecks.clock(settings.times(), difference())));
        }
        // To who may not describe the others' transactions an upload under way looks as if it hung.
        if (subject.role() == null || subject.role() == Role.OPERATOR) {
            findings.add(
                    orWhyNot(
                            "open transactions",
                            "see that the topics exist, and that the caller may read them",
                            this::transactions));
        }
    }

    /**
     * What a job looks at when it starts, or what a silo relies on.
     *
     * @return the brokers' longest transaction, if they tell
     */
    private OptionalLong start(
            @Nullable String restorePath, ClusterReader reader, Map<String, TopicFacts> found) {
        if (subject.role() != Role.SILO) {
            findings.addAll(StartChecks.look(settings, restorePath, reader, found));
            return subject.measuresBandwidth()
                    ? reader.cluster().maxTransactionTimeoutMillis()
                    : OptionalLong.empty();
        }
        var cluster = reader.cluster();
        findings.addAll(ClusterChecks.ofSilo(subject.siloTimes(), cluster));
        findings.addAll(
                TopicChecks.ofSilo(settings.topics(), subject.silo(), settings.times(), found));
        return cluster.maxTransactionTimeoutMillis();
    }

    private void access(Map<String, TopicFacts> found) {
        var role = subject.role();
        if (role == null) {
            return;
        }
        if (role == Role.JOB && settings.relay() != null) {
            findings.add(
                    Finding.warning(
                            "access",
                            "the rights of a relay are not looked at",
                            "compare them with jobs/aggregation/README.md"));
            return;
        }
        try {
            findings.addAll(
                    AccessChecks.of(role, settings, subject.silo(), found.keySet(), TIMEOUT));
        } catch (KafkaException e) {
            findings.add(whyNot("access", "see that the caller may describe the topics", e));
        }
    }

    private ModelInUse model(Map<String, TopicFacts> found) {
        var topics = settings.topics();
        var model = ModelInUse.of(settings.plan());
        if (found.containsKey(topics.versions()) && found.containsKey(topics.rounds())) {
            try {
                model =
                        model.fromLog(
                                settings.connection(),
                                topics,
                                settings.plan().model(),
                                !settingsGiven,
                                TIMEOUT);
            } catch (KafkaException e) {
                findings.add(
                        whyNot("model", "see that the caller may read the topics of versions", e));
            }
        }
        var parameters = subject.parameters();
        return parameters == null ? model : model.withParameters(parameters);
    }

    private void room(ClusterReader reader, Map<String, TopicFacts> found, ModelInUse model) {
        int silos = settings.topics().bySilo(found.keySet()).size();
        int copies =
                found.values().stream().mapToInt(TopicFacts::replicationFactor).max().orElse(1);
        var workload =
                model.workload(
                        Math.max(silos, settings.plan().minSilos()),
                        Math.max(1, copies),
                        ANY_SPEED);
        if (workload.isEmpty()) {
            findings.add(
                    Finding.ok(
                            "memory",
                            "there is no version whose size could be held against it; say"
                                    + " --parameters"));
            return;
        }
        var sizing = new Sizing(workload.get());
        if (subject.role() == Role.SILO) {
            findings.add(MemoryChecks.silo(sizing, DirectMemory.mostBytes()));
            return;
        }
        findings.add(MemoryChecks.heap(sizing, Runtime.getRuntime().maxMemory()));
        try {
            var disks = reader.disks();
            if (!disks.isEmpty()) {
                findings.add(MemoryChecks.disk(sizing, disks.values()));
            }
        } catch (KafkaException e) {
            findings.add(
                    Finding.ok("brokers' disks", "the brokers do not tell the caller of them"));
        }
    }

    private void link(ModelInUse model, OptionalLong longest) {
        if (!subject.measuresBandwidth()) {
            return;
        }
        try {
            var measured =
                    new UploadProbe(
                                    settings.connection(),
                                    settings.topics(),
                                    subject.silo(),
                                    PROBE,
                                    PROBE_BYTES,
                                    System::nanoTime)
                            .measure();
            findings.addAll(LinkChecks.of(measured));
            model.workload(Math.max(1, settings.plan().minSilos()), 1, measured.bytesPerSecond())
                    .map(Sizing::new)
                    .ifPresent(
                            sizing ->
                                    findings.addAll(
                                            LinkChecks.of(
                                                    sizing,
                                                    subject.siloTimes().uploadTimeout(),
                                                    longest.isPresent()
                                                            ? Duration.ofMillis(longest.getAsLong())
                                                            : null,
                                                    model.deadline())));
        } catch (KafkaException e) {
            findings.add(
                    whyNot(
                            "bandwidth",
                            "see that the caller may write to the silo's topic, with transactional"
                                    + " ids that begin with the silo's",
                            e));
        }
    }

    /**
     * Without the topic, half a minute would be waited for it; who has no right to it, need not.
     */
    private boolean hasClock(Map<String, TopicFacts> found) {
        var role = subject.role();
        return (role == null || role == Role.OPERATOR)
                && found.containsKey(settings.topics().control());
    }

    private BrokerClock.Difference difference() {
        return new BrokerClock(settings.connection(), settings.topics(), Clock.systemUTC(), TIMEOUT)
                .difference();
    }

    private Finding transactions() {
        try (var admin = new TransactionAdmin(settings.connection(), settings.topics(), TIMEOUT)) {
            var open = admin.open();
            return TransactionChecks.of(open, Clock.systemUTC().instant());
        }
    }

    private static Finding orWhyNot(String check, String remedy, Supplier<Finding> finding) {
        try {
            return finding.get();
        } catch (KafkaException e) {
            return whyNot(check, remedy, e);
        }
    }

    /** What cannot be checked is a warning: it may be that only this caller may not. */
    private static Finding whyNot(String check, String remedy, KafkaException failure) {
        return Finding.warning(
                check, "could not be checked: " + ErrorSentence.of(failure).text(), remedy);
    }
}
