package io.tributary.silo.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.silo.model.Architecture;
import io.tributary.silo.model.ModelInitializer;
import io.tributary.silo.text.ByteTokenizer;
import io.tributary.silo.train.TextGenerator.Sampling;
import org.junit.jupiter.api.Test;

class TextGeneratorTest {

    private final TextGenerator generator =
            new TextGenerator(
                    Rounds.TINY,
                    ModelInitializer.initialize(Rounds.TINY, 1000, 1),
                    new ByteTokenizer());

    @Test
    void sameSeedGivesTheSameTextAndAnotherSeedAnother() throws Exception {
        var sampling = new Sampling(1, 0, 7);

        var text = generator.generate("abc", 30, sampling);

        assertThat(generator.generate("abc", 30, sampling)).isEqualTo(text);
        assertThat(generator.generate("abc", 30, new Sampling(1, 0, 8))).isNotEqualTo(text);
    }

    @Test
    void likeliestTokenNeedsNoSeedAndIsTheOnlyOneOfTopOne() throws Exception {
        var greedy = generator.generate("abc", 10, new Sampling(0, 0, 1));

        assertThat(generator.generate("abc", 10, new Sampling(0, 5, 2))).isEqualTo(greedy);
        assertThat(generator.generate("abc", 10, new Sampling(2, 1, 3))).isEqualTo(greedy);
    }

    @Test
    void textMayBeginWithNothingAndGrowBeyondTheContext() throws Exception {
        var prompt = "a prompt that is longer than the context of sixteen";

        assertThat(generator.generate("", 40, new Sampling(1, 0, 1))).isNotEmpty();
        assertThat(generator.generate(prompt, 5, new Sampling(1, 0, 1))).isNotEmpty();
    }

    @Test
    void impossibleSamplingAndSmallModelsAreRefused() {
        assertThatThrownBy(() -> new Sampling(-1, 0, 1)).hasMessageContaining("temperature=-1.0");
        assertThatThrownBy(() -> new Sampling(1, -1, 1)).hasMessageContaining("topK=-1");
        var small = new Architecture(100, 16, 1, 1, 8);
        var parameters = ModelInitializer.initialize(small, 1000, 1);
        assertThatThrownBy(() -> new TextGenerator(small, parameters, new ByteTokenizer()))
                .hasMessage("the tokenizer has 257 tokens, the model 100");
    }
}
