package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.List;

/**
 * FLTrust: rows are weighed by how far they point the way of one trusted row, and all are scaled to
 * its length.
 *
 * <pre>
 * {@code t_i = max(0, cos(u_i, u_0)),  combined = sum_i t_i (|u_0| / |u_i|) u_i / sum_i t_i,
 * i over all rows but the trusted row 0}
 * </pre>
 *
 * <p>Source: Cao et al., NDSS 2021 (arXiv:2012.13995), equations 2 to 4. There the trusted update
 * is the server's own, from a small clean data set, and is not averaged itself; here it is a row of
 * the cohort, by name, and is not averaged either. Where no row has a positive cosine the paper's
 * formula is 0/0, and the rule refuses: the server trusts nobody. A row that is zero or infinite
 * has no direction and gets no trust; a trusted row of that kind is refused. As long as the trusted
 * row is honest the result is never longer than it, whatever all others send, and never points away
 * from it: no number of others breaks it down, though they can turn it by up to a right angle. The
 * trusted row itself can take it anywhere. Cost: the Gram matrix, O(n^2 d), of which it reads one
 * row. It has no weights of its own besides trust.
 *
 * <pre>{@code trusted = 0, rows = [[2, 0], [9, 0], [0, 7], [-5, 0]]  ->  [2, 0]}</pre>
 *
 * @param trusted name of the trusted row; its index where rows have no names
 */
record FlTrust(String trusted) implements LinearRule {

    @Override
    public void check(int rows) {
        checkArgument(
                rows >= 2, "fltrust needs n >= 2, the trusted row and another, got n=%s", rows);
    }

    @Override
    public List<String> requiredRows() {
        return List.of(trusted);
    }

    @Override
    public boolean looksUpSilos() {
        return true;
    }

    @Override
    public Evidence evidence() {
        return Evidence.PRODUCTS;
    }

    @Override
    public boolean weighted() {
        return false;
    }

    @Override
    public Coefficients weigh(Gram gram, Cohort cohort, RoundFacts facts) {
        int n = cohort.size();
        int root = cohort.indexOf(trusted);
        checkArgument(
                gram.isFinite(root) && gram.norm(root) > 0,
                "fltrust: the trusted row '%s' has norm %s and so no direction; name another",
                trusted,
                gram.norm(root));
        var trust = new double[n];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            trust[i] = i == root ? 0 : Math.max(0, gram.cosine(i, root));
            sum += trust[i];
        }
        checkArgument(
                sum > 0,
                "fltrust: no row has a positive cosine to the trusted row '%s', so nobody is"
                        + " trusted; name another row or check its data",
                trusted);
        var coefficients = new double[n];
        for (int i = 0; i < n; i++) {
            if (trust[i] > 0) {
                coefficients[i] = trust[i] / sum * gram.norm(root) / gram.norm(i);
            }
        }
        return Coefficients.of(coefficients);
    }
}
