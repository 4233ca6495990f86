package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.spec.Spec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        RULES.put("dp-mean", DpMean::of);

        STEPS.put("fednova", spec -> none(spec, new PerUnitOfWork()));
    }

    private RuleCatalogue() {}

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
        return List.of();
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
                ? TrimmedMean.ofCount(spec.integer("f", 0))
                : TrimmedMean.ofFraction(spec.number("fraction", 0));
    }

    private static <T> T none(Spec spec, T parsed) {
        spec.allow();
        return parsed;
    }
}
