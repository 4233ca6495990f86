package io.tributary.tests.attack;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A real problem that every JDK brings along: of which script is a character, told from its Unicode
 * name? The script's own name is taken out, and so are the words that half of all names share; what
 * is left, "ALPHA WITH DASIA" or "NZURX", becomes hashed letter n-grams.
 */
final class ScriptNames {

    static final List<UnicodeScript> SCRIPTS =
            List.of(
                    UnicodeScript.LATIN,
                    UnicodeScript.GREEK,
                    UnicodeScript.CYRILLIC,
                    UnicodeScript.ARABIC,
                    UnicodeScript.ETHIOPIC,
                    UnicodeScript.CANADIAN_ABORIGINAL,
                    UnicodeScript.YI,
                    UnicodeScript.VAI,
                    UnicodeScript.CUNEIFORM,
                    UnicodeScript.BAMUM);

    static final int CLASSES = SCRIPTS.size();

    /** Hashed n-grams, and a constant. */
    static final int FEATURES = 256 + 1;

    private static final int NAMES_PER_SCRIPT = 300;
    private static final int HELD_OUT_OF = 5;
    private static final int LAST_CODE_POINT = 0x1FFFF;
    private static final Set<String> SHARED_WORDS =
            Set.of(
                    "LETTER",
                    "SYLLABLE",
                    "SYLLABICS",
                    "SIGN",
                    "SMALL",
                    "CAPITAL",
                    "CANADIAN",
                    "ABORIGINAL",
                    "FORM",
                    "LIGATURE",
                    "INITIAL",
                    "FINAL",
                    "ISOLATED");

    /**
     * One name.
     *
     * @param label index of its script
     * @param features indices into {@link #FEATURES}, ascending
     * @param values of these features; together of length 1 but for the constant
     */
    record Example(int label, int[] features, float[] values) {}

    /** What silos train on, and what models are judged by; both ordered by label. */
    record Split(List<Example> training, List<Example> heldOut) {}

    private ScriptNames() {}

    static Split load() {
        var training = new ArrayList<Example>();
        var heldOut = new ArrayList<Example>();
        for (int label = 0; label < CLASSES; label++) {
            int taken = 0;
            for (int c = 0; c <= LAST_CODE_POINT && taken < NAMES_PER_SCRIPT; c++) {
                if (Character.isLetter(c) && UnicodeScript.of(c) == SCRIPTS.get(label)) {
                    var example = example(label, Character.getName(c));
                    (taken % HELD_OUT_OF == 0 ? heldOut : training).add(example);
                    taken++;
                }
            }
        }
        return new Split(List.copyOf(training), List.copyOf(heldOut));
    }

    private static Example example(int label, String name) {
        var own = new HashSet<>(Arrays.asList(SCRIPTS.get(label).name().split("_")));
        var counts = new float[FEATURES];
        for (var word : name.split("[ -]", -1)) {
            if (!own.contains(word) && !SHARED_WORDS.contains(word)) {
                var marked = "<" + word + ">";
                for (int length = 1; length <= 3; length++) {
                    for (int from = 0; from + length <= marked.length(); from++) {
                        int hash = marked.substring(from, from + length).hashCode() * 0x9E3779B1;
                        counts[hash >>> 24]++;
                    }
                }
            }
        }
        double squares = 0;
        for (float count : counts) {
            squares += count * count;
        }
        float length = squares == 0 ? 1 : (float) Math.sqrt(squares);
        for (int j = 0; j < FEATURES; j++) {
            counts[j] /= length;
        }
        counts[FEATURES - 1] = 1;
        var features = new ArrayList<Integer>();
        for (int j = 0; j < FEATURES; j++) {
            if (counts[j] != 0) {
                features.add(j);
            }
        }
        var indices = features.stream().mapToInt(Integer::intValue).toArray();
        var values = new float[indices.length];
        for (int k = 0; k < values.length; k++) {
            values[k] = counts[indices[k]];
        }
        return new Example(label, indices, values);
    }
}
