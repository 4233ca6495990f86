package io.tributary.cli.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class UnigramBaselineTest {

    @Test
    void countsEveryTokenOnceMoreThanItWasSeen() {
        var unigram = UnigramBaseline.train(List.of(new int[] {0, 0, 1}), 3);

        assertThat(unigram.probability(0)).isEqualTo(1.0 / 2);
        assertThat(unigram.probability(1)).isEqualTo(1.0 / 3);
        assertThat(unigram.probability(2)).isEqualTo(1.0 / 6);
    }

    @Test
    void isUniformWithoutText() {
        var unigram = UnigramBaseline.train(List.of(), 256);

        assertThat(unigram.evaluate(List.of(new int[] {7, 8, 9})).perplexity())
                .isCloseTo(256, within(1e-9));
    }

    @Test
    void theFirstTokenOfADocumentIsNotPredicted() {
        var unigram = UnigramBaseline.train(List.of(new int[] {0, 0, 1}), 3);

        var loss = unigram.evaluate(List.of(new int[] {2, 0, 1}, new int[] {2}, new int[0]));

        assertThat(loss.tokens()).isEqualTo(2);
        assertThat(loss.nats()).isCloseTo(Math.log(6), within(1e-12)); // 1/2 * 1/3
        assertThat(loss.perplexity()).isCloseTo(Math.sqrt(6), within(1e-12));
    }

    @Test
    void namesATokenOutsideTheVocabulary() {
        assertThatThrownBy(() -> UnigramBaseline.train(List.of(new int[0], new int[] {3}), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("document 1 has token 3, expected 0 <= token < vocabulary=3");
    }

    @Test
    void lossesOfTwoTextsAdd() {
        var sum = new HeldOutLoss(2, 4).plus(new HeldOutLoss(1, 2));

        assertThat(sum).isEqualTo(new HeldOutLoss(3, 6));
        assertThat(sum.mean()).isEqualTo(0.5);
    }
}
