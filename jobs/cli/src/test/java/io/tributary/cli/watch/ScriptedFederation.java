package io.tributary.cli.watch;

import io.tributary.schemas.silo.SiloPresence.Phase;
import io.tributary.schemas.update.RejectionReason;
import java.util.Map;
import java.util.TreeMap;

/**
 * Four silos that train for some rounds, on a clock of its own: the records a demo would write,
 * with one update that is late and one that is refused. {@link #main} shows it on the terminal it
 * is started from.
 */
public final class ScriptedFederation {

    /** Silo to local steps: unequal work, as in the demo. */
    public static final Map<String, Integer> LOCAL_STEPS =
            new TreeMap<>(Map.of("code", 40, "javadoc", 40, "names", 80, "xml", 20));

    private static final double STEPS_PER_SECOND = 16;
    private static final double EVALUATION_SECONDS = 0.7;

    private final FederationView view = new FederationView("demo");
    private long millis = 1_000_000;

    public ScriptedFederation() {
        LOCAL_STEPS.keySet().forEach(view::accept);
        view.accept(Records.version(0), millis);
    }

    public FederationSnapshot snapshot() {
        return view.snapshot(Records.MODEL, millis);
    }

    /** Runs rounds and shows every tenth of a second of them. */
    public void run(int rounds, Tick tick) throws InterruptedException {
        evaluate(0, tick);
        for (int round = 1; round <= rounds; round++) {
            view.accept(Records.plan(round, LOCAL_STEPS), millis);
            train(round, tick);
            pass(0.4, tick);
            refuse(round);
            var cohort =
                    round == 4
                            ? new String[] {"code", "javadoc", "names"}
                            : LOCAL_STEPS.keySet().toArray(String[]::new);
            view.accept(Records.version(round, cohort), millis);
            evaluate(round, tick);
        }
    }

    /** Told each tenth of a second. */
    public interface Tick {
        void at(FederationSnapshot snapshot) throws InterruptedException;
    }

    private void train(int round, Tick tick) throws InterruptedException {
        double longest = 80 / STEPS_PER_SECOND;
        for (double t = 0; t < longest; t += 0.1) {
            for (var silo : LOCAL_STEPS.entrySet()) {
                int steps = silo.getValue();
                int step = (int) (t * STEPS_PER_SECOND);
                var phase =
                        step >= steps + 8
                                ? Phase.IDLE
                                : step >= steps ? Phase.UPLOADING : Phase.TRAINING;
                double speed = phase == Phase.TRAINING ? 2000 + 10 * steps + step : 0;
                view.accept(
                        silo.getKey(),
                        Records.presence(phase, round, Math.min(step, steps), steps, speed),
                        millis);
            }
            pass(0.1, tick);
        }
        LOCAL_STEPS.forEach(
                (silo, steps) ->
                        view.accept(
                                silo,
                                Records.presence(Phase.IDLE, round, steps, steps, 0),
                                millis));
    }

    private void refuse(int round) {
        if (round == 4) {
            view.accept(Records.refused("xml", round, 1, RejectionReason.LATE, 7), millis);
        }
        if (round == 6) {
            view.accept(Records.refused("names", round, 1, RejectionReason.NOT_FINITE, 9), millis);
        }
    }

    private void evaluate(int version, Tick tick) throws InterruptedException {
        for (var silo : LOCAL_STEPS.keySet()) {
            view.accept(silo, Records.presence(Phase.EVALUATING, version, 0, 0, 0), millis);
        }
        pass(EVALUATION_SECONDS, tick);
        for (var silo : LOCAL_STEPS.keySet()) {
            view.accept(silo, Records.evaluation(version, perplexity(silo, version)), millis);
            view.accept(silo, Records.presence(Phase.IDLE, version, 0, 0, 0), millis);
        }
        tick.at(snapshot());
    }

    private static double perplexity(String silo, int version) {
        double floor =
                switch (silo) {
                    case "code" -> 4.1;
                    case "javadoc" -> 6.3;
                    case "names" -> 11.8;
                    default -> 3.2;
                };
        return floor + (260 - floor) * Math.exp(-version / 2.5);
    }

    private void pass(double seconds, Tick tick) throws InterruptedException {
        for (int i = 0; i < Math.round(seconds * 10); i++) {
            millis += 100;
            tick.at(snapshot());
        }
    }

    /**
     * @param args rounds; what to multiply the speed with
     */
    public static void main(String[] args) throws InterruptedException {
        int rounds = Integer.parseInt(args[0]);
        double faster = Double.parseDouble(args[1]);
        try (var view = ProgressViews.open(rounds, System.getenv())) {
            view.say("Flink's web page: http://localhost:8081");
            new ScriptedFederation()
                    .run(
                            rounds,
                            snapshot -> {
                                view.show(snapshot);
                                Thread.sleep((long) (100 / faster));
                            });
        }
        System.out.println("bye");
    }
}
