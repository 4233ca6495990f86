package io.tributary.tests.drill;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.silo.Silo;
import io.tributary.silo.SiloOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The process of a silo, or of several that share nothing but their code.
 *
 * @param bootstrapServers where its broker is, or what stands between
 * @param federation name of the federation
 * @param state where it keeps what a restart needs
 * @param seed root of everything random
 * @param longestMillis most time that training takes
 * @param uploadSeconds longest time an upload may take: for so long what a silo that dies leaves
 *     open keeps its own topic waiting
 * @param attacker the silo that attacks
 * @param silos who lives in this process
 */
record SiloMain(
        String bootstrapServers,
        String federation,
        Path state,
        long seed,
        int longestMillis,
        int uploadSeconds,
        Attacker attacker,
        List<String> silos) {

    List<String> arguments() {
        return List.of(
                bootstrapServers,
                federation,
                state.toString(),
                String.valueOf(seed),
                String.valueOf(longestMillis),
                String.valueOf(uploadSeconds),
                attacker.silo(),
                attacker.attack(),
                String.join(",", silos));
    }

    public static void main(String[] args) throws InterruptedException {
        var process =
                new SiloMain(
                        args[0],
                        args[1],
                        Path.of(args[2]),
                        Long.parseLong(args[3]),
                        Integer.parseInt(args[4]),
                        Integer.parseInt(args[5]),
                        new Attacker(args[6], args[7]),
                        List.of(args[8].split(",")));
        var running = new ArrayList<Thread>();
        for (var id : process.silos()) {
            var silo = process.silo(id);
            var thread = new Thread(silo, id);
            thread.start();
            running.add(thread);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(silo, thread)));
        }
        for (var thread : running) {
            thread.join();
        }
    }

    private Silo silo(String id) {
        var options =
                new SiloOptions(
                        KafkaConnection.plainText(bootstrapServers),
                        new FederationTopics(federation),
                        id,
                        DrillModel.NAME,
                        state,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(uploadSeconds));
        return new Silo(
                options, new DrillTrainer(id, new DrillDeltas(seed, attacker), longestMillis));
    }

    private static void stop(Silo silo, Thread thread) {
        silo.stop();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
