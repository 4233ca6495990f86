package io.tributary.operators.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricEigenTest {

    @Test
    void findsTheEigenpairThatIsKnown() {
        var top = SymmetricEigen.largest(new double[][] {{2, 1}, {1, 2}});
        assertThat(top.value()).isCloseTo(3, within(1e-15));
        assertThat(top.vector()[0]).isCloseTo(top.vector()[1], within(1e-15));
        assertThat(SymmetricEigen.largest(new double[][] {{-4}}).value()).isEqualTo(-4);
        assertThat(SymmetricEigen.largest(new double[3][3]).value()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 16, 61})
    void theVectorIsAnEigenvectorAndNoDirectionVariesMore(int n) {
        var random = new SplittableRandom(n);
        var a = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                a[i][j] = random.nextGaussian();
                a[j][i] = a[i][j];
            }
        }
        var top = SymmetricEigen.largest(a);
        assertThat(Vectors.norm(top.vector())).isCloseTo(1, within(1e-13));
        for (int i = 0; i < n; i++) {
            assertThat(Vectors.inner(a[i], top.vector()))
                    .isCloseTo(top.value() * top.vector()[i], within(1e-12 * n));
        }
        for (int trial = 0; trial < 200; trial++) {
            var direction = random.doubles(n, -1, 1).toArray();
            double quotient = 0;
            for (int i = 0; i < n; i++) {
                quotient += direction[i] * Vectors.inner(a[i], direction);
            }
            quotient /= Vectors.inner(direction, direction);
            assertThat(quotient).isLessThanOrEqualTo(top.value());
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-90, 1e70})
    void magnitudeDoesNotMatter(double scale) {
        var top =
                SymmetricEigen.largest(
                        new double[][] {
                            {4 * scale, scale, 0}, {scale, 3 * scale, scale}, {0, scale, 2 * scale}
                        });
        assertThat(top.value() / scale).isCloseTo(3 + Math.sqrt(3), within(1e-14));
    }
}
