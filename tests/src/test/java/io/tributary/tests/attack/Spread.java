package io.tributary.tests.attack;

import io.tributary.tests.attack.ScriptNames.Example;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** How examples are dealt to silos; each gets about as many. */
enum Spread {
    /** Shuffled. */
    IID {
        @Override
        List<List<Example>> deal(List<Example> examples, int silos, long seed) {
            var shuffled = new ArrayList<>(examples);
            Collections.shuffle(shuffled, new Random(seed));
            return cut(shuffled, silos);
        }
    },
    /**
     * Half of the examples shuffled; the other half ordered by class and cut into two pieces for
     * each silo, dealt at random: a silo knows two or three classes well and the others little.
     */
    HETEROGENEOUS {
        @Override
        List<List<Example>> deal(List<Example> examples, int silos, long seed) {
            var shuffled = new ArrayList<>(examples);
            Collections.shuffle(shuffled, new Random(seed));
            var common = cut(shuffled.subList(0, shuffled.size() / 2), silos);
            var ordered = new ArrayList<>(shuffled.subList(shuffled.size() / 2, shuffled.size()));
            ordered.sort((a, b) -> a.label() - b.label());
            var pieces = cut(ordered, 2 * silos);
            Collections.shuffle(pieces, new Random(seed + 1));
            for (int i = 0; i < silos; i++) {
                common.get(i).addAll(pieces.get(2 * i));
                common.get(i).addAll(pieces.get(2 * i + 1));
            }
            return common;
        }
    };

    /** By silo; examples are ordered by label. */
    abstract List<List<Example>> deal(List<Example> examples, int silos, long seed);

    private static List<List<Example>> cut(List<Example> examples, int pieces) {
        var cut = new ArrayList<List<Example>>();
        for (int i = 0; i < pieces; i++) {
            int from = i * examples.size() / pieces;
            int to = (i + 1) * examples.size() / pieces;
            cut.add(new ArrayList<>(examples.subList(from, to)));
        }
        return cut;
    }
}
