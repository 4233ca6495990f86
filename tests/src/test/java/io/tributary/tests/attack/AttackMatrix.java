package io.tributary.tests.attack;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.tests.attack.FederatedRun.Lost;
import io.tributary.tests.attack.FederatedRun.Outcome;
import io.tributary.tests.attack.FederatedRun.Trained;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every rule against every attack, as the Markdown tables of {@code operators/README.md}. */
final class AttackMatrix {

    /** As specifications; {@code F} stands for the number of faulty silos. */
    static final List<String> RULES =
            List.of(
                    "mean",
                    "median",
                    "trimmed-mean(f=F)",
                    "meamed(f=F)",
                    "krum(f=F)",
                    "multi-krum(f=F)",
                    "bulyan(f=F)",
                    "geometric-median(iterations=20, nu=1e-6)",
                    "centered-clipping(tau=1, iterations=3)",
                    "mda(f=F)",
                    "monna(f=F, trusted=0)",
                    "caf(f=F)",
                    "smea(f=F)",
                    "fltrust(trusted=0)",
                    "foolsgold",
                    "cosine-filter(min=0)",
                    "clipping(c=1) | mean",
                    "arc(f=F) | mean",
                    "arc(f=F) | trimmed-mean(f=F)",
                    "bucketing(s=2, seed=7) | trimmed-mean(f=F)",
                    "nnm(f=F) | median",
                    "nnm(f=F) | trimmed-mean(f=F)",
                    "nnm(f=F) | geometric-median(iterations=20, nu=1e-6)",
                    "arc(f=F) | nnm(f=F) | trimmed-mean(f=F)");

    static final List<String> ATTACKS =
            List.of(
                    "sign-flip",
                    "ipm(epsilon=0.1)",
                    "foe(epsilon=10)",
                    "alie",
                    "alie(z=-1.5)",
                    "mimic",
                    "gaussian(deviation=1)",
                    "infinity",
                    "label-flip");

    private final ScriptNames.Split data = ScriptNames.load();
    private final Map<FederatedRun, Outcome> done = new HashMap<>();
    private final List<String> rules;
    private final List<String> attacks;
    private final List<Integer> cohorts;
    private final List<Integer> faulty;
    private final int seeds;
    private final int rounds;

    /**
     * @param cohorts numbers of silos, the faulty ones included
     * @param faulty numbers of faulty silos
     * @param seeds how many runs a figure is the mean of
     * @param rounds of every run
     */
    AttackMatrix(
            List<String> rules,
            List<String> attacks,
            List<Integer> cohorts,
            List<Integer> faulty,
            int seeds,
            int rounds) {
        this.rules = rules;
        this.attacks = attacks;
        this.cohorts = cohorts;
        this.faulty = faulty;
        this.seeds = seeds;
        this.rounds = rounds;
    }

    /** A table for each spread of data. */
    String markdown() {
        var page = new StringBuilder();
        for (var spread : Spread.values()) {
            page.append(title(spread)).append("\n\n| rule | no attack |");
            attacks.forEach(attack -> page.append(" ").append(attack).append(" |"));
            page.append("\n|---|---:|").append("---:|".repeat(attacks.size())).append('\n');
            for (var rule : rules) {
                page.append("| `").append(rule.replace("|", "\\|")).append("` |");
                page.append(" ").append(cell(spread, rule, null)).append(" |");
                for (var attack : attacks) {
                    page.append(" ").append(cell(spread, rule, attack)).append(" |");
                }
                page.append('\n');
            }
            page.append('\n');
        }
        return page.toString();
    }

    private String title(Spread spread) {
        return "%s rows, n = %s, f = %s, %s, %s:"
                .formatted(
                        spread == Spread.IID ? "IID" : "Heterogeneous",
                        join(cohorts),
                        join(faulty),
                        counted(seeds, "seed"),
                        counted(rounds, "round"));
    }

    /**
     * Points of accuracy that are missing, in the mean over seeds, for the worst n and f: against
     * the plain mean of the honest silos alone, of all n if there is no attack.
     */
    private String cell(Spread spread, String pattern, @Nullable String attack) {
        double worst = Double.NEGATIVE_INFINITY;
        boolean refused = false;
        for (int n : cohorts) {
            for (int f : faulty) {
                var rule = pattern.replace("F", Integer.toString(f));
                if (!isDefined(rule, n)) {
                    continue;
                }
                double missing = 0;
                for (int seed = 1; seed <= seeds; seed++) {
                    int honest = attack == null ? n : n - f;
                    var reached = run(spread, rule, honest, n - honest, attack, seed);
                    if (reached instanceof Lost) {
                        return "lost";
                    } else if (reached instanceof Trained trained) {
                        missing += reference(spread, honest, seed) - trained.accuracy();
                    } else {
                        refused = true;
                    }
                }
                worst = Math.max(worst, 100 * missing / seeds);
            }
        }
        if (refused) {
            return "refused";
        }
        return Double.isFinite(worst) ? Long.toString(Math.round(worst)) : "-";
    }

    private double reference(Spread spread, int honest, int seed) {
        return ((Trained) run(spread, "mean", honest, 0, null, seed)).accuracy();
    }

    private Outcome run(
            Spread spread, String rule, int honest, int bad, @Nullable String attack, int seed) {
        return done.computeIfAbsent(
                new FederatedRun(spread, rule, honest, bad, attack, rounds, seed),
                run -> run.run(data));
    }

    private static boolean isDefined(String rule, int n) {
        try {
            AggregationRule.parse(rule).check(n);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String join(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String counted(int number, String what) {
        return String.format(Locale.ROOT, number == 1 ? "%d %s" : "%d %ss", number, what);
    }
}
