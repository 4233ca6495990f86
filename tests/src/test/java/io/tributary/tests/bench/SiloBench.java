package io.tributary.tests.bench;

import io.tributary.kafka.client.Producers;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.tests.process.Broker;
import io.tributary.tests.process.StalledException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Measures what a silo's uploads and downloads take, each between two by plain clients, and the
 * memory of a silo in its rounds. Broker, plain clients and silos are processes of their own.
 *
 * @param parameters of the model
 * @param codec of updates
 * @param publish codec of versions
 * @param repetitions measured, after some that warm up
 * @param folder for the broker's log and the processes'
 * @param progress told what comes next
 */
record SiloBench(
        int parameters,
        Codec codec,
        Codec publish,
        int repetitions,
        Path folder,
        Consumer<String> progress) {

    /** Both versions, in turns: a copy that has one lacks all of the other. */
    private static final int VERSIONS = 2;

    private static final int WARM_UP = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    SiloOutcome run() throws IOException, StalledException {
        progress.accept("broker");
        try (var broker = Broker.start(folder, folder, List.of())) {
            var setting =
                    new SiloSetting(
                            broker.connection().bootstrapServers(), parameters, codec, publish);
            try (var admin = new TopicAdmin(setting.connection(), PATIENCE)) {
                var catalogue =
                        new TopicCatalogue(setting.topics(), CatalogueSettings.singleBroker());
                var unused =
                        admin.create(catalogue.all(List.of(SiloSetting.RAW, SiloSetting.SILO)));
            }
            var transfers = transfers(setting);
            return new SiloOutcome(setting, transfers, memory(setting));
        }
    }

    private List<SiloOutcome.Repetition> transfers(SiloSetting setting) throws IOException {
        var measured = new ArrayList<SiloOutcome.Repetition>();
        try (var raw = start("raw", setting)) {
            for (int version = 0; version < VERSIONS; version++) {
                progress.accept("publishing version " + version);
                var unused = raw.ask("publish", version);
            }
            try (var silo = start("silo", setting)) {
                for (int i = 0; i < WARM_UP + repetitions; i++) {
                    int version = i % VERSIONS;
                    var name =
                            i < WARM_UP
                                    ? "warming up"
                                    : "repetition %s of %s".formatted(i + 1 - WARM_UP, repetitions);
                    var repetition =
                            new SiloOutcome.Repetition(
                                    transfer(raw, name + ": raw consumer", "download", version),
                                    transfer(silo, name + ": download", "download", version),
                                    transfer(raw, name + ": raw producer", "upload", version),
                                    transfer(silo, name + ": upload", "upload", version));
                    if (i >= WARM_UP) {
                        measured.add(repetition);
                    }
                }
            }
        }
        return measured;
    }

    private Transfer transfer(SiloProcess process, String what, String verb, int version)
            throws IOException {
        progress.accept(what);
        return Transfer.parse(process.ask(verb, version));
    }

    /** Two rounds as they are, and two in which garbage is collected all the time. */
    private SiloOutcome.Memory memory(SiloSetting setting) throws IOException {
        progress.accept("memory");
        var producer = Producers.transactional(setting.connection(), "bench.rounds", PATIENCE);
        try (producer;
                var silo = start("memory", setting)) {
            var rest = MemoryUse.parse(silo.ask("rest", 0));
            var resident = new MemoryUse(0, 0, 0);
            var live = new MemoryUse(0, 0, 0);
            for (int round = 1; round <= 2 * VERSIONS; round++) {
                progress.accept("memory: round %s of %s".formatted(round, 2 * VERSIONS));
                producer.beginTransaction();
                var unused =
                        producer.send(
                                new FederationRecords(setting.topics())
                                        .round(plan(setting, round)));
                producer.commitTransaction();
                if (round <= VERSIONS) {
                    resident = resident.max(MemoryUse.parse(silo.ask("round", 0)));
                } else {
                    live = live.max(MemoryUse.parse(silo.ask("live", 0)));
                }
            }
            return new SiloOutcome.Memory(rest, live, resident);
        }
    }

    private static RoundPlan plan(SiloSetting setting, int round) {
        var training =
                new LocalTraining(LocalSolver.SGD, 0.1, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, false, 1, 1);
        return new RoundPlan(
                SiloModel.NAME,
                round,
                (round - 1) % VERSIONS,
                setting.model().layout().digest(),
                "mean",
                "extend",
                "sgd(lr=1.0)",
                setting.codec(),
                List.of(new SiloAssignment(SiloSetting.SILO, 1, 1)),
                training,
                round - 1,
                -30,
                1,
                0,
                0,
                0,
                3_600_000,
                0,
                0,
                1,
                1);
    }

    /** With the flags that the launcher gives a silo. */
    private SiloProcess start(String side, SiloSetting setting) throws IOException {
        progress.accept(side.toLowerCase(Locale.ROOT) + ": starting");
        long buffers = 8 * setting.modelBytes() + (1L << 28);
        return SiloProcess.start(
                side,
                setting,
                folder,
                List.of(
                        "-XX:+UseSerialGC",
                        "-Xms64m",
                        "-Xmn48m",
                        "-XX:MaxDirectMemorySize=" + buffers));
    }
}
