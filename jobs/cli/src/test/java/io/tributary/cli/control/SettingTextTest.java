package io.tributary.cli.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "round.quorum=3;round.quorum;3",
                "round.rule = nnm(f=1) | median;round.rule;nnm(f=1) | median",
                "round.fallback=lower-f;round.fallback;lower-f",
                "round.server-optimizer=sgd(lr=0.5);round.server-optimizer;sgd(lr=0.5)",
                "round.sample=0.25;round.sample;0.25",
                "round.deadline=5 min;round.deadline;300000",
                "round.deadline=30 d;round.deadline;2592000000",
                "round.grace=0;round.grace;0",
                "round.local-steps=70;round.local-steps;70",
                "local.learning-rate=1e-4;local.learning-rate;1e-4"
            })
    void settingsAreSentAsTheJobReadsThem(String text, String key, String value) {
        var change = SettingText.parse(text);

        assertThat(change.key()).isEqualTo(key);
        assertThat(change.value()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "round.quorum;not of the form KEY=VALUE",
                "=3;not of the form KEY=VALUE",
                "round.codec=f16;cannot be changed while a federation runs",
                "round.quorum=many;round.quorum must be a whole number, got 'many'",
                "round.quorum=0;round.quorum must be at least 1, got 0",
                "round.rule=krumm;round.rule: ",
                "round.fallback=;round.fallback: ",
                "round.server-optimizer=adam;round.server-optimizer: ",
                "round.sample=none;round.sample: sample must be all",
                "round.deadline=soon;round.deadline must be a duration such as 500 ms",
                "round.deadline=0;round.deadline must be 1 to",
                "local.learning-rate=-1;local.learning-rate must be above 0",
                "local.learning-rate=NaN;local.learning-rate must be above 0",
                "local.learning-rate=fast;local.learning-rate must be a number, got 'fast'"
            })
    void whatCannotBeRightIsNamed(String text, String why) {
        assertThatThrownBy(() -> SettingText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
