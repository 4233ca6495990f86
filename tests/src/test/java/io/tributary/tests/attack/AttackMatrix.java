package io.tributary.tests.attack;

import io.tributary.operators.attack.Attack;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.tests.attack.FederatedRun.Lost;
import io.tributary.tests.attack.FederatedRun.Outcome;
import io.tributary.tests.attack.FederatedRun.Trained;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every rule against every attack, as the Markdown tables of {@code operators/README.md}.
 *
 * <p>Arguments, all optional: {@code n=11,16 f=1,2,3 seeds=3 rounds=40}. A cell is the accuracy
 * that is missing, in points, and the worst over all n and f; {@link #main} says against what.
 */
public final class AttackMatrix {

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
                    "bucketing(s=2, seed=7) | median",
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
                    "alie(z=1.5)",
                    "mimic",
                    "gaussian(deviation=1)",
                    "infinity",
                    "label-flip");

    private final ScriptNames.Split data = ScriptNames.load();
    private final Map<List<Object>, Outcome> done = new HashMap<>();
    private final List<Integer> cohorts;
    private final List<Integer> faulty;
    private final int seeds;
    private final int rounds;

    private AttackMatrix(Map<String, String> options) {
        cohorts = numbers(options.get("n"));
        faulty = numbers(options.get("f"));
        seeds = Integer.parseInt(options.get("seeds"));
        rounds = Integer.parseInt(options.get("rounds"));
    }

    public static void main(String[] arguments) {
        var options = new TreeMap<>(Map.of("n", "11,16", "f", "1,2,3", "seeds", "3"));
        options.put("rounds", "40");
        for (var argument : arguments) {
            var pair = argument.split("=", 2);
            if (pair.length != 2 || options.replace(pair[0], pair[1]) == null) {
                throw new IllegalArgumentException(
                        "'%s' is not one of %s".formatted(argument, options));
            }
        }
        System.out.print(new AttackMatrix(options).markdown());
    }

    private String markdown() {
        var rules = RULES.stream().filter(AttackMatrix::isKnown).toList();
        var page = new StringBuilder();
        for (var spread : Spread.values()) {
            page.append(title(spread)).append("\n\n| rule | no attack | ");
            page.append(ATTACKS.stream().collect(Collectors.joining(" | ", "", " |\n|---|---:|")));
            page.append("---:|".repeat(ATTACKS.size())).append('\n');
            for (var rule : rules) {
                page.append("| `").append(rule.replace("|", "\\|")).append("` | ");
                page.append(cell(spread, rule, null)).append(" | ");
                for (var attack : ATTACKS) {
                    page.append(cell(spread, rule, attack)).append(" | ");
                }
                page.setLength(page.length() - 1);
                page.append('\n');
            }
            page.append('\n');
        }
        return page.toString();
    }

    private String title(Spread spread) {
        return "%s rows, n = %s, f = %s, %s seeds, %s rounds:"
                .formatted(
                        spread == Spread.IID ? "IID" : "Heterogeneous",
                        join(cohorts),
                        join(faulty),
                        seeds,
                        rounds);
    }

    /** The worst over n and f of the mean over seeds. */
    private String cell(Spread spread, String pattern, @Nullable String attack) {
        Optional<Double> worst = Optional.empty();
        boolean refused = false;
        for (int n : cohorts) {
            for (int f : faulty) {
                var rule = AggregationRule.parse(pattern.replace("F", Integer.toString(f)));
                if (!isDefined(rule, n)) {
                    continue;
                }
                double missing = 0;
                for (int seed = 1; seed <= seeds; seed++) {
                    int honest = attack == null ? n : n - f;
                    var reached = run(spread, rule.toString(), honest, n - honest, attack, seed);
                    if (reached instanceof Lost) {
                        return "lost";
                    } else if (reached instanceof Trained trained) {
                        missing += reference(spread, honest, seed) - trained.accuracy();
                    } else {
                        refused = true;
                    }
                }
                double points = 100 * missing / seeds;
                worst = Optional.of(Math.max(points, worst.orElse(points)));
            }
        }
        return refused ? "refused" : worst.map("%.0f"::formatted).orElse("-").replace("-0", "0");
    }

    /** The plain mean of the honest silos alone. */
    private double reference(Spread spread, int honest, int seed) {
        return ((Trained) run(spread, "mean", honest, 0, null, seed)).accuracy();
    }

    private Outcome run(
            Spread spread, String rule, int honest, int faulty, @Nullable String attack, int seed) {
        var key = List.<Object>of(spread, rule, honest, faulty, String.valueOf(attack), seed);
        return done.computeIfAbsent(
                key,
                k ->
                        new FederatedRun(
                                        data,
                                        spread,
                                        AggregationRule.parse(rule),
                                        honest,
                                        faulty,
                                        attack == null ? null : Attack.parse(attack),
                                        rounds,
                                        seed)
                                .run());
    }

    static boolean isDefined(AggregationRule rule, int n) {
        try {
            rule.check(n);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isKnown(String pattern) {
        try {
            AggregationRule.parse(pattern.replace("F", "1"));
            return true;
        } catch (IllegalArgumentException e) {
            System.err.println("left out: " + e.getMessage());
            return false;
        }
    }

    private static List<Integer> numbers(String list) {
        var numbers = new ArrayList<Integer>();
        for (var number : list.split(",")) {
            numbers.add(Integer.valueOf(number));
        }
        return numbers;
    }

    private static String join(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
