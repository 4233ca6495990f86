package io.tributary.tests.attack;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.tests.attack.FederatedRun.Lost;
import io.tributary.tests.attack.FederatedRun.Outcome;
import io.tributary.tests.attack.FederatedRun.Trained;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every rule against every attack, as Markdown tables. */
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

    private static final String HEAD =
            """
            # Attack matrix: every combination

            ```
            %s
            ```

            Points of held-out accuracy that are missing after training under attack: the mean
            over %s of %s, and behind ± the sample standard deviation over seeds. Of *n* silos *f*
            are faulty (`F` in a rule). A figure is against the plain mean of the n - f honest
            silos alone; without an attack all n are honest, and it is against the plain mean of
            all. One of the %d held-out names is %.1f points; a negative figure means that the rule
            did better.

            `-`: the rule is not defined for this n and f. *lost*: the model was not finite any
            more. *refused*: the rule had no answer in some round. Either word means at least one
            of the seeds.
            """;

    private static final String HEADING =
            """

            ### %s, n = %d, f = %d

            The plain mean of %d honest silos reaches %.1f %%, of all %d, if they are honest, \
            %.1f %%.

            """;

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

    /** A table for each spread of data, of the worst over all n and f. */
    String summary() {
        var page = new StringBuilder();
        for (var spread : Spread.values()) {
            page.append(title(spread)).append("\n\n");
            table(page, (rule, attack) -> worst(spread, rule, attack).rounded());
            page.append('\n');
        }
        return page.toString();
    }

    /**
     * A page with a table for each spread of data, n and f; of the runs that the summary is of.
     *
     * @param command that makes the page
     */
    String everyCombination(String command) {
        int heldOut = data.heldOut().size();
        var page = new StringBuilder();
        page.append(
                String.format(
                        Locale.ROOT, HEAD, command, seeds(), rounds(), heldOut, 100.0 / heldOut));
        for (var spread : Spread.values()) {
            page.append("\n## ").append(rows(spread)).append('\n');
            for (int n : cohorts) {
                for (int f : faulty) {
                    page.append(heading(spread, n, f));
                    table(page, (rule, attack) -> gap(spread, rule, attack, n, f).exact());
                }
            }
        }
        return page.toString();
    }

    private void table(StringBuilder page, BiFunction<String, @Nullable String, String> cell) {
        page.append("| rule | no attack |");
        attacks.forEach(attack -> page.append(" ").append(attack).append(" |"));
        page.append("\n|---|---:|").append("---:|".repeat(attacks.size())).append('\n');
        for (var rule : rules) {
            page.append("| `").append(rule.replace("|", "\\|")).append("` |");
            page.append(" ").append(cell.apply(rule, null)).append(" |");
            for (var attack : attacks) {
                page.append(" ").append(cell.apply(rule, attack)).append(" |");
            }
            page.append('\n');
        }
    }

    private String title(Spread spread) {
        return "%s, n = %s, f = %s, %s, %s:"
                .formatted(rows(spread), join(cohorts), join(faulty), seeds(), rounds());
    }

    private String heading(Spread spread, int n, int f) {
        return String.format(
                Locale.ROOT,
                HEADING,
                rows(spread),
                n,
                f,
                n - f,
                reached(spread, n - f),
                n,
                reached(spread, n));
    }

    private static String rows(Spread spread) {
        return spread == Spread.IID ? "IID rows" : "Heterogeneous rows";
    }

    private String seeds() {
        return counted(seeds, "seed");
    }

    private String rounds() {
        return counted(rounds, "round");
    }

    private Gap worst(Spread spread, String pattern, @Nullable String attack) {
        var worst = Gap.of(Gap.Kind.UNDEFINED);
        for (int n : cohorts) {
            for (int f : faulty) {
                var gap = gap(spread, pattern, attack, n, f);
                worst = gap.compareTo(worst) > 0 ? gap : worst;
            }
        }
        return worst;
    }

    /**
     * What is missing against the plain mean of the honest silos alone, of all n if there is no
     * attack.
     */
    private Gap gap(Spread spread, String pattern, @Nullable String attack, int n, int f) {
        var rule = pattern.replace("F", Integer.toString(f));
        if (!isDefined(rule, n)) {
            return Gap.of(Gap.Kind.UNDEFINED);
        }
        int honest = attack == null ? n : n - f;
        var missing = new double[seeds];
        boolean refused = false;
        for (int seed = 1; seed <= seeds; seed++) {
            var reached = run(spread, rule, honest, n - honest, attack, seed);
            if (reached instanceof Lost) {
                return Gap.of(Gap.Kind.LOST);
            } else if (reached instanceof Trained trained) {
                missing[seed - 1] = 100 * (reference(spread, honest, seed) - trained.accuracy());
            } else {
                refused = true;
            }
        }
        return refused ? Gap.of(Gap.Kind.REFUSED) : Gap.of(missing);
    }

    /** Per cent of accuracy of a plain mean that nobody attacks, in the mean over seeds. */
    private double reached(Spread spread, int honest) {
        double sum = 0;
        for (int seed = 1; seed <= seeds; seed++) {
            sum += reference(spread, honest, seed);
        }
        return 100 * sum / seeds;
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
