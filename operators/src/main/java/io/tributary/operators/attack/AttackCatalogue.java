package io.tributary.operators.attack;

import io.tributary.operators.spec.Spec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Every attack by its name, and how each reads its parameters. */
final class AttackCatalogue {

    private static final Map<String, Function<Spec, Attack>> ATTACKS = new LinkedHashMap<>();

    static {
        ATTACKS.put("sign-flip", spec -> none(spec, new InnerProductManipulation(1)));
        ATTACKS.put("ipm", AttackCatalogue::innerProductManipulation);
        ATTACKS.put("foe", AttackCatalogue::innerProductManipulation);
        ATTACKS.put("alie", AttackCatalogue::aLittleIsEnough);
        ATTACKS.put("mimic", spec -> new Mimic(spec.allow("row").integer("row", 0)));
        ATTACKS.put("gaussian", AttackCatalogue::gaussian);
        ATTACKS.put("infinity", spec -> none(spec, new InfiniteRows()));
        ATTACKS.put("label-flip", spec -> none(spec, new LabelFlip()));
    }

    private AttackCatalogue() {}

    static Attack attack(Spec spec) {
        var attack = ATTACKS.get(spec.name());
        if (attack == null) {
            throw spec.unknown("attack", ATTACKS.keySet());
        }
        return attack.apply(spec);
    }

    private static Attack innerProductManipulation(Spec spec) {
        return new InnerProductManipulation(spec.allow("epsilon").number("epsilon", 0.1));
    }

    private static Attack aLittleIsEnough(Spec spec) {
        spec.allow("z");
        return spec.has("z")
                ? ALittleIsEnough.of(spec.number("z", 0))
                : ALittleIsEnough.bySupporters();
    }

    private static Attack gaussian(Spec spec) {
        spec.allow("deviation", "seed");
        return new GaussianRows(spec.number("deviation", 200), spec.integer("seed", 0));
    }

    private static <T> T none(Spec spec, T parsed) {
        spec.allow();
        return parsed;
    }
}
