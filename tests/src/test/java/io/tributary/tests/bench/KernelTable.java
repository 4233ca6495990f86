package io.tributary.tests.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cases that are measured unless others are asked for, and what each may cost: CPU seconds for
 * 16 silos of 4M coordinates (the wide case: 64 silos of 1M) on the machine that the requirement
 * was written for. Every kernel's cost grows in proportion to the coordinates, so that the
 * requirement is scaled to other models; it says nothing of other numbers of silos.
 */
final class KernelTable {

    private static final int SILOS = 16;
    private static final int COORDINATES = 4 << 20;

    /** How many times the silos of the others the wide case has, of as many times fewer values. */
    private static final int WIDE = 4;

    /** The least two threads must gain. */
    static final double REQUIRED_GAIN = 1.6;

    private static final List<Row> ROWS =
            List.of(
                    new Row("mean", Input.FLOATS, 1, 0.015, 0.015),
                    new Row("mean", Input.F32, 1, 0.030, 0.030),
                    new Row("mean", Input.BF16, 1, null, null),
                    new Row("median", Input.FLOATS, 1, 0.05, 0.05),
                    new Row("median", Input.FLOATS, WIDE, 0.08, 0.08),
                    new Row("trimmed-mean(f=3)", Input.FLOATS, 1, 0.05, 0.05),
                    new Row("meamed(f=3)", Input.FLOATS, 1, 0.15, 0.15),
                    new Row("krum(f=3)", Input.FLOATS, 1, 0.05, 0.15),
                    new Row("multi-krum(f=3)", Input.FLOATS, 1, 0.05, 0.15),
                    new Row("geometric-median(iterations=3, nu=0.1)", Input.FLOATS, 1, 0.05, 0.15),
                    new Row("bulyan(f=3)", Input.FLOATS, 1, 0.20, 0.20),
                    new Row("nnm(f=3) | trimmed-mean(f=3)", Input.FLOATS, 1, 0.20, 0.20));

    private static final List<String> SCALED = List.of("median", "multi-krum(f=3)");

    private KernelTable() {}

    private record Row(
            String rule, Input input, int width, @Nullable Double vector, @Nullable Double plain) {

        KernelCase with(int silos, int coordinates, boolean vectorApi) {
            var required = silos == SILOS ? (vectorApi ? vector : plain) : null;
            return new KernelCase(
                    rule,
                    input,
                    silos * width,
                    Math.max(1, coordinates / width),
                    1,
                    required == null ? null : required * coordinates / COORDINATES);
        }
    }

    /** Whether the table has cases for this rule. */
    static boolean has(String rule) {
        return ROWS.stream().anyMatch(row -> row.rule().equals(rule));
    }

    /**
     * The cases for these rules: those of the table, or one from floats for a rule that it does not
     * have; all of the table if no rule is named.
     *
     * @param threads how many threads are compared with one; 1 for no comparison
     */
    static List<KernelCase> cases(
            List<String> rules, int silos, int coordinates, int threads, boolean vectorApi) {
        var cases = new ArrayList<KernelCase>();
        for (var row : ROWS) {
            if (rules.isEmpty() || rules.contains(row.rule())) {
                cases.add(row.with(silos, coordinates, vectorApi));
            }
        }
        for (var rule : rules) {
            if (!has(rule)) {
                cases.add(new KernelCase(rule, Input.FLOATS, silos, coordinates, 1, null));
            }
        }
        if (threads > 1) {
            for (var rule : SCALED) {
                if (rules.isEmpty() || rules.contains(rule)) {
                    cases.add(
                            new KernelCase(rule, Input.FLOATS, silos, coordinates, threads, null));
                }
            }
        }
        return cases;
    }
}
