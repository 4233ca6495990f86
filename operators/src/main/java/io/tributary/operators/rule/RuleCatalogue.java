package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.spec.Spec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** Every rule and step by its name, and how each reads its parameters. */
final class RuleCatalogue {

    private static final Map<String, Function<Spec, RowStep>> STEPS = new LinkedHashMap<>();
    private static final Map<String, Function<Spec, FinalRule>> RULES = new LinkedHashMap<>();

    static {
        RULES.put("mean", spec -> none(spec, new Mean()));
        RULES.put("fednova", spec -> none(spec, new FedNova()));
        RULES.put("median", spec -> none(spec, new Median()));
        RULES.put("trimmed-mean", RuleCatalogue::trimmedMean);
        RULES.put("meamed", RuleCatalogue::meamed);
        RULES.put("krum", RuleCatalogue::krum);
        RULES.put("multi-krum", RuleCatalogue::multiKrum);
        RULES.put("bulyan", spec -> MeanAroundMedian.dropping("bulyan", 2 * faulty(spec)));
        RULES.put("geometric-median", RuleCatalogue::geometricMedian);
        RULES.put("centered-clipping", RuleCatalogue::centeredClipping);
        RULES.put("mda", RuleCatalogue::minimumDiameter);
        RULES.put("monna", RuleCatalogue::monna);
        RULES.put("dp-mean", DpMean::of);
        RULES.put("caf", spec -> new Caf(faulty(spec.allow("f"))));
        RULES.put("smea", spec -> new Smea(faulty(spec.allow("f", "average")), byWeight(spec)));
        RULES.put("fltrust", RuleCatalogue::fltrust);
        RULES.put("foolsgold", spec -> none(spec, new FoolsGold()));
        RULES.put("cosine-filter", spec -> new CosineFilter(spec.allow("min").number("min", 0)));
        RULES.put(
                "q-fedavg",
                spec -> new QFedAvg(spec.allow("q", "lr").number("q", 1), spec.number("lr", 0.1)));

        STEPS.put("fednova", spec -> none(spec, new PerUnitOfWork()));
        STEPS.put("nnm", RuleCatalogue::nearestNeighbourMixing);
        STEPS.put("bucketing", RuleCatalogue::bucketing);
        STEPS.put("clipping", spec -> new Clipping(spec.allow("c").number("c", 1)));
        STEPS.put("arc", spec -> new AdaptiveRobustClipping(faulty(spec.allow("f"))));
        STEPS.put("share-cap", spec -> new ShareCap(spec.allow("max").number("max", 0.3)));
    }

    /** More than any cohort has; twice or four times as many still are a whole number. */
    private static final int MOST_FAULTY = 1_000_000;

    private RuleCatalogue() {}

    /** Steps that tolerate as many faulty rows as the rule behind them, unless they say so. */
    private static final Set<String> TOLERANT = Set.of("nnm", "arc");

    /** The same with what a stage leaves to another filled in. */
    static List<Spec> completed(List<Spec> specs) {
        var rule = specs.get(specs.size() - 1);
        return specs.stream()
                .map(
                        spec ->
                                TOLERANT.contains(spec.name()) && !spec.has("f") && rule.has("f")
                                        ? spec.with("f", rule.text("f", ""))
                                        : spec)
                .toList();
    }

    /** Whether the name can only stand before a rule. */
    static boolean isStep(Spec spec) {
        return STEPS.containsKey(spec.name()) && !RULES.containsKey(spec.name());
    }

    static RowStep step(Spec spec) {
        var step = STEPS.get(spec.name());
        checkArgument(
                step != null || !RULES.containsKey(spec.name()),
                "'%s' is a rule, which ends a specification; only steps can stand before a '|': %s",
                spec,
                STEPS.keySet());
        if (step == null) {
            throw spec.unknown("step", STEPS.keySet());
        }
        return step.apply(spec);
    }

    /** Steps that are part of a rule: those of a rule that first selects and then combines. */
    static List<RowStep> stepsWithin(Spec spec) {
        return spec.name().equals("bulyan") ? List.of(bulyanSelection(spec)) : List.of();
    }

    static FinalRule rule(Spec spec) {
        var rule = RULES.get(spec.name());
        if (rule == null) {
            var known = new ArrayList<>(RULES.keySet());
            known.addAll(STEPS.keySet().stream().filter(s -> !RULES.containsKey(s)).toList());
            throw spec.unknown("rule", known);
        }
        return rule.apply(spec);
    }

    private static FinalRule trimmedMean(Spec spec) {
        spec.allow("f", "fraction");
        checkArgument(
                spec.has("f") != spec.has("fraction"),
                "'%s': give either f (a count) or fraction",
                spec);
        return spec.has("f")
                ? TrimmedMean.ofCount(faulty(spec))
                : TrimmedMean.ofFraction(spec.number("fraction", 0));
    }

    private static FinalRule krum(Spec spec) {
        spec.allow("f", "neighbours", "average");
        return new Krum(
                "krum",
                faulty(spec),
                OptionalInt.of(1),
                optional(spec, "neighbours"),
                byWeight(spec));
    }

    private static FinalRule multiKrum(Spec spec) {
        spec.allow("f", "keep", "neighbours", "average");
        return new Krum(
                "multi-krum",
                faulty(spec),
                optional(spec, "keep"),
                optional(spec, "neighbours"),
                byWeight(spec));
    }

    private static RowStep bulyanSelection(Spec spec) {
        spec.allow("f");
        return new BulyanSelection(faulty(spec));
    }

    private static FinalRule geometricMedian(Spec spec) {
        spec.allow("iterations", "nu");
        return new GeometricMedian(spec.integer("iterations", 3), spec.number("nu", 0.1));
    }

    private static FinalRule centeredClipping(Spec spec) {
        spec.allow("tau", "iterations");
        return new CenteredClipping(spec.number("tau", 100), spec.integer("iterations", 1));
    }

    private static FinalRule minimumDiameter(Spec spec) {
        spec.allow("f", "average");
        return new MinimumDiameter(faulty(spec), byWeight(spec));
    }

    private static FinalRule monna(Spec spec) {
        spec.allow("f", "trusted", "average");
        checkArgument(spec.has("trusted"), "'%s': give trusted, the name of the trusted row", spec);
        return new Monna(faulty(spec), spec.text("trusted", ""), byWeight(spec));
    }

    private static RowStep nearestNeighbourMixing(Spec spec) {
        spec.allow("f", "average");
        return new NearestNeighbourMixing(faulty(spec), byWeight(spec));
    }

    private static RowStep bucketing(Spec spec) {
        spec.allow("s", "seed", "average");
        return new Bucketing(spec.integer("s", 2), spec.integer("seed", 7), byWeight(spec));
    }

    private static FinalRule fltrust(Spec spec) {
        spec.allow("trusted");
        checkArgument(spec.has("trusted"), "'%s': give trusted, the name of the trusted row", spec);
        return new FlTrust(spec.text("trusted", ""));
    }

    private static int faulty(Spec spec) {
        checkArgument(
                spec.has("f"),
                "'%s': give f, the number of faulty rows to tolerate, as in %s(f=1)",
                spec,
                spec.name());
        int f = spec.integer("f", 0);
        checkArgument(f <= MOST_FAULTY, "'%s': f must be at most %s, got %s", spec, MOST_FAULTY, f);
        return f;
    }

    private static OptionalInt optional(Spec spec, String key) {
        return spec.has(key) ? OptionalInt.of(spec.integer(key, 0)) : OptionalInt.empty();
    }

    private static boolean byWeight(Spec spec) {
        var average = spec.text("average", "uniform");
        checkArgument(
                average.equals("uniform") || average.equals("weighted"),
                "'%s': average must be uniform or weighted, got '%s'",
                spec,
                average);
        return average.equals("weighted");
    }

    private static FinalRule meamed(Spec spec) {
        spec.allow("f");
        return MeanAroundMedian.meamed(faulty(spec));
    }

    private static <T> T none(Spec spec, T parsed) {
        spec.allow();
        return parsed;
    }
}
