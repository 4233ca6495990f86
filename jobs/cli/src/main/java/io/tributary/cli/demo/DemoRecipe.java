package io.tributary.cli.demo;

import io.tributary.cli.corpus.Sha256;
import io.tributary.silo.model.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The demo's model and training, sized so that two cores finish in minutes and see each silo's text
 * less than one and a half times.
 */
public final class DemoRecipe {

    static final String FEDERATION = "demo";
    public static final String MODEL = "main";

    /** Held-out tokens each silo predicts per version. */
    public static final int EVALUATION_TOKENS = 8_192;

    /** Text per silo before the split. */
    public static final long BYTES_PER_SILO = 1_200_000;

    public static final int CONTEXT = 64;
    static final int CHUNK_ELEMENTS = 65_536;

    /** Mean of the silos' local steps per round. */
    static final int MEAN_LOCAL_STEPS = 42;

    private DemoRecipe() {}

    public static Architecture architecture(int vocabularySize) {
        return new Architecture(vocabularySize, CONTEXT, 2, 4, 128);
    }

    /**
     * Local steps per round: a geometric ladder over the silos, from the idlest to the busiest,
     * with a fixed mean.
     */
    static Map<String, Integer> localSteps(List<String> silos, double spread) {
        var ladder = new ArrayList<Double>();
        double sum = 0;
        for (int i = 0; i < silos.size(); i++) {
            double rung = silos.size() == 1 ? 1 : Math.pow(spread, i / (silos.size() - 1.0));
            ladder.add(rung);
            sum += rung;
        }
        var steps = new TreeMap<String, Integer>();
        for (int i = 0; i < silos.size(); i++) {
            double share = ladder.get(i) * silos.size() / sum;
            steps.put(silos.get(i), (int) Math.max(1, Math.round(share * MEAN_LOCAL_STEPS)));
        }
        return steps;
    }

    /**
     * The job's options, all but those that say where.
     *
     * @param localSteps steps of a round, by silo id
     * @throws IllegalArgumentException if so many silos cannot do what the options ask for
     */
    public static Map<String, String> jobOptions(
            DemoOptions options, Map<String, Integer> localSteps) {
        int largest = localSteps.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
        long clock = (long) largest * options.rounds();
        var job = new TreeMap<String, String>();
        options.pace().describe(job, localSteps.size());
        job.put("federation.name", FEDERATION);
        job.put("federation.model", MODEL);
        job.put("federation.rounds", String.valueOf(options.rounds()));
        job.put("federation.seed", String.valueOf(options.seed()));
        job.put("round.rule", options.rule());
        // No secret at all: a demo is to be repeatable.
        job.put("privacy.noise-secret", Sha256.of("demo " + options.seed()));
        job.put("round.server-optimizer", options.serverOptimizer());
        job.put("round.codec", options.codec());
        job.put("round.min-silos", String.valueOf(localSteps.size()));
        localSteps.forEach((silo, n) -> job.put("round.local-steps-of." + silo, n.toString()));
        job.put("local.solver", "adamw");
        job.put("local.learning-rate", "2e-3");
        job.put("local.min-learning-rate", "2e-4");
        job.put("local.warmup-steps", String.valueOf(Math.min(60, clock / 2)));
        job.put("local.keep-moments", "true");
        job.put("local.total-steps", String.valueOf(clock));
        job.put("local.batch-size", "8");
        job.put("local.sequence-length", String.valueOf(CONTEXT));
        job.put("kafka.discovery-interval", "1 s");
        job.put("job.checkpoint-interval", "500 ms");
        return job;
    }
}
