package io.tributary.cli.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BigramBaselineTest {

    @Test
    void interpolatesByWittenAndBellsRule() {
        // Unigram: counts 3, 2, 1 of 6 -> 4/9, 3/9, 2/9. After 0: 1 twice and 2 once.
        var bigram = BigramBaseline.train(List.of(new int[] {0, 1, 0, 2, 0, 1}), 3);

        assertThat(bigram.probability(0, 0)).isCloseTo((0 + 2 * 4 / 9.0) / 5, within(1e-15));
        assertThat(bigram.probability(0, 1)).isCloseTo((2 + 2 * 3 / 9.0) / 5, within(1e-15));
        assertThat(bigram.probability(0, 2)).isCloseTo((1 + 2 * 2 / 9.0) / 5, within(1e-15));
        assertThat(bigram.probability(1, 0)).isCloseTo((1 + 1 * 4 / 9.0) / 2, within(1e-15));
    }

    @Test
    void fallsBackToTheUnigramAfterAnUnseenToken() {
        var text = List.of(new int[] {0, 1, 0, 1, 2});
        var bigram = BigramBaseline.train(text, 5);
        var unigram = UnigramBaseline.train(text, 5);

        for (int token = 0; token < 5; token++) {
            assertThat(bigram.probability(2, token)).isEqualTo(unigram.probability(token));
            assertThat(bigram.probability(4, token)).isEqualTo(unigram.probability(token));
        }
    }

    @Test
    void noPairSpansTwoDocuments() {
        var bigram = BigramBaseline.train(List.of(new int[] {0, 1}, new int[] {2, 0}), 3);
        var unigram = UnigramBaseline.train(List.of(new int[] {0, 1}, new int[] {2, 0}), 3);

        assertThat(bigram.probability(1, 2)).isEqualTo(unigram.probability(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 17, 300})
    void probabilitiesAddUpToOneInEveryContext(int vocabulary) {
        var bigram = BigramBaseline.train(markovChain(vocabulary, 20, 100, 1), vocabulary);

        for (int previous = 0; previous < vocabulary; previous++) {
            double sum = 0;
            for (int token = 0; token < vocabulary; token++) {
                assertThat(bigram.probability(previous, token)).isPositive();
                sum += bigram.probability(previous, token);
            }
            assertThat(sum).isCloseTo(1, within(1e-12));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 64, 256})
    void beatsTheUnigramOnHeldOutSequentialText(int vocabulary) {
        var train = markovChain(vocabulary, 40, 500, 2);
        var heldOut = markovChain(vocabulary, 4, 500, 3);

        var bigram = BigramBaseline.train(train, vocabulary).evaluate(heldOut);
        var unigram = UnigramBaseline.train(train, vocabulary).evaluate(heldOut);

        assertThat(bigram.tokens()).isEqualTo(unigram.tokens());
        assertThat(bigram.mean()).isLessThan(unigram.mean());
        double other = 0.5 / vocabulary;
        double successor = 0.5 + other;
        double entropy = // what a step tells at least, on average
                -successor * Math.log(successor) - (vocabulary - 1) * other * Math.log(other);
        assertThat(bigram.mean()).isBetween(0.95 * entropy, 1.15 * entropy);
    }

    @Test
    void losesLittleToTheUnigramOnIndependentTokens() {
        var random = new Random(4);
        var train = List.of(random.ints(20_000, 0, 50).toArray());
        var heldOut = List.of(random.ints(2_000, 0, 50).toArray());

        assertThat(BigramBaseline.train(train, 50).evaluate(heldOut).mean())
                .isCloseTo(UnigramBaseline.train(train, 50).evaluate(heldOut).mean(), within(0.1));
    }

    /** The next token is the successor with probability 1/2, otherwise any. */
    private static List<int[]> markovChain(int vocabulary, int documents, int length, long seed) {
        var random = new Random(seed);
        var chain = new ArrayList<int[]>();
        for (int d = 0; d < documents; d++) {
            var document = new int[length];
            document[0] = random.nextInt(vocabulary);
            for (int i = 1; i < length; i++) {
                document[i] =
                        random.nextBoolean()
                                ? (document[i - 1] + 1) % vocabulary
                                : random.nextInt(vocabulary);
            }
            chain.add(document);
        }
        return chain;
    }
}
