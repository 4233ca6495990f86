package io.tributary.tests.bench.peers;

import io.tributary.kafka.embedded.FreePorts;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.tests.bench.peers.Standing.Absent;
import io.tributary.tests.bench.peers.Standing.Measured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Flower's gRPC server with its own FedAvg, and a process of its client for every silo; what they
 * do is in {@code flower_peer.py}.
 *
 * @param python a command or a path
 * @param readers silos that receive a new version before its round is over
 * @param memoryBytes of this machine; with less than it seems to need nothing is started, because a
 *     machine without memory ends other people's processes
 */
record Flower(String python, int readers, long memoryBytes) implements Contender {

    /** What the figures in the README are of. 1.20.0 works too; 1.10.0 did not run. */
    static final String REQUIREMENT = "flwr==1.41.0";

    /** A message of protobuf has at most 2 GiB, and a model is one message. */
    static final long MOST_PARAMETERS = 500_000_000;

    /** Of each update in the server, and of the model in each silo, when they have the most. */
    private static final int SERVER_COPIES = 9;

    private static final int SILO_COPIES = 16;
    private static final long INTERPRETER_BYTES = 100_000_000;

    private static final String SCRIPT = "flower_peer.py";
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(10);

    /** It sends nothing to anybody, asks for no news, and writes no bytecode next to the peer. */
    private static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "FLWR_TELEMETRY_ENABLED", "0",
                    "FLWR_DISABLE_UPDATE_CHECK", "1",
                    "PYTHONDONTWRITEBYTECODE", "1");

    @Override
    public String name() {
        return "flower";
    }

    @Override
    public Optional<Absent> absence(RoundShape shape)
            throws IOException, InterruptedException, ContenderFailedException {
        var folder = Files.createTempDirectory("tributary-peers");
        try {
            var answer = PeerPython.probe(python, script(folder), REQUIREMENT);
            if (answer instanceof PeerPython.Missing missing) {
                return Optional.of(new Absent(missing.remedy()));
            }
        } finally {
            remove(folder);
        }
        refuseModelsWithoutRoom(shape);
        return Optional.empty();
    }

    @Override
    public Measured measure(RoundShape shape, Consumer<String> progress)
            throws IOException, InterruptedException, ContenderFailedException {
        var folder = Files.createTempDirectory("tributary-peers");
        try {
            var script = script(folder);
            if (PeerPython.probe(python, script, REQUIREMENT) instanceof PeerPython.Found found) {
                return measure(shape, progress, folder, script).standing(found.version());
            }
            throw new ContenderFailedException("%s is not there any more".formatted(name()));
        } finally {
            remove(folder);
        }
    }

    private static Path script(Path folder) throws IOException {
        var script = folder.resolve(SCRIPT);
        try (var source = Flower.class.getResourceAsStream(SCRIPT)) {
            if (source == null) {
                throw new IllegalStateException(SCRIPT + " is not on the class path");
            }
            Files.copy(source, script);
        }
        return script;
    }

    private void refuseModelsWithoutRoom(RoundShape shape) throws ContenderFailedException {
        long needed = bytesNeeded(shape);
        if (needed > memoryBytes * 0.9) {
            throw new ContenderFailedException(
                    String.format(
                            Locale.ROOT,
                            "%s would take about %.0f GB of memory, this machine has %.0f GB; use"
                                    + " fewer --silos or --parameters",
                            name(),
                            needed / 1e9,
                            memoryBytes / 1e9));
        }
    }

    /** What all processes together were seen to take, with some room. */
    static long bytesNeeded(RoundShape shape) {
        return shape.updateBytes() * (SERVER_COPIES + SILO_COPIES)
                + (shape.silos() + 1) * INTERPRETER_BYTES;
    }

    private RoundWatch measure(
            RoundShape shape, Consumer<String> progress, Path folder, Path script)
            throws IOException, InterruptedException, ContenderFailedException {
        var processes = new ArrayList<PeerProcess>();
        try (var meeting = PeerMeeting.open()) {
            progress.accept("starting");
            var arguments = arguments(shape, meeting.port(), FreePorts.take());
            var environment = environment(folder);
            var server =
                    PeerProcess.start(
                            "server", folder, command(script, "serve", arguments), environment);
            processes.add(server);
            for (int silo = 0; silo < shape.silos(); silo++) {
                var command = command(script, "train", arguments);
                command.addAll(List.of("--silo", Integer.toString(silo)));
                processes.add(PeerProcess.start("silo-" + silo, folder, command, environment));
            }
            var watch = new RoundWatch(shape, readers, server);
            follow(watch, meeting, processes, progress);
            return watch;
        } finally {
            processes.forEach(PeerProcess::close);
        }
    }

    private static void follow(
            RoundWatch watch,
            PeerMeeting meeting,
            List<PeerProcess> processes,
            Consumer<String> progress)
            throws IOException, InterruptedException, ContenderFailedException {
        long lastWord = System.nanoTime();
        while (!watch.isOver()) {
            var line = meeting.next();
            if (line.isPresent()) {
                lastWord = System.nanoTime();
                int before = watch.round();
                var permitted = watch.accept(PeerLine.parse(line.get()));
                if (permitted.isPresent()) {
                    meeting.permit(permitted.getAsInt());
                    progress.accept("round " + before);
                }
            } else {
                refuseDeath(processes);
                if (System.nanoTime() - lastWord > LONGEST_SILENCE.toNanos()) {
                    throw new ContenderFailedException(
                            "nothing has happened for %s minutes in round %s; the server wrote"
                                            .formatted(LONGEST_SILENCE.toMinutes(), watch.round())
                                    + " last: "
                                    + processes.get(0).lastWords());
                }
            }
        }
    }

    private static void refuseDeath(List<PeerProcess> processes)
            throws IOException, ContenderFailedException {
        for (var process : processes) {
            if (process.hasEnded()) {
                throw new ContenderFailedException(
                        "%s has ended before its rounds; it wrote last: %s"
                                .formatted(process.name(), process.lastWords()));
            }
        }
    }

    private List<String> command(Path script, String role, List<String> arguments) {
        var command = new ArrayList<>(List.of(python, script.toString(), role));
        command.addAll(arguments);
        return command;
    }

    private List<String> arguments(RoundShape shape, int port, int serverPort) {
        var arguments = new ArrayList<String>();
        Map.of(
                        "--port", (long) port,
                        "--server-port", (long) serverPort,
                        "--parameters", shape.parameters(),
                        "--chunk", (long) ModelLayout.MAX_CHUNK_ELEMENTS,
                        "--silos", (long) shape.silos(),
                        "--rounds", (long) shape.rounds(),
                        "--readers", (long) readers,
                        "--seed", shape.seed())
                .forEach((option, value) -> arguments.addAll(List.of(option, value.toString())));
        return arguments;
    }

    private static Map<String, String> environment(Path folder) {
        var environment = new HashMap<>(ENVIRONMENT);
        environment.put("FLWR_HOME", folder.resolve("flwr").toString());
        return environment;
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
