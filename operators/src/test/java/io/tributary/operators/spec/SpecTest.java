package io.tributary.operators.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecTest {

    @Test
    void readsNameAndParameters() {
        var spec = Spec.parse(" nesterov( lr = 0.7 ,momentum=0.9) ");

        assertThat(spec.name()).isEqualTo("nesterov");
        assertThat(spec.number("lr", 1)).isEqualTo(0.7);
        assertThat(spec.number("momentum", 0)).isEqualTo(0.9);
        assertThat(spec.number("absent", 3)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "(f=1)", "Mean", "mean(", "mean)", "mean(f)", "mean(f=1,)", "a b"})
    void refusesWhatIsNotOfTheForm(String text) {
        assertThatThrownBy(() -> Spec.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("form");
    }

    @Test
    void namesTheParameterThatIsWrong() {
        assertThatThrownBy(() -> Spec.parse("sgd(lr=fast)").number("lr", 1))
                .hasMessageContaining("lr must be a number, got 'fast'");
        assertThatThrownBy(() -> Spec.parse("sgd(rate=1)").allow("lr"))
                .hasMessageContaining("sgd has no parameter rate; it takes lr");
        assertThatThrownBy(() -> Spec.parse("sgd(lr=1, lr=2)"))
                .hasMessageContaining("lr is given twice");
        assertThatThrownBy(() -> Spec.parse("fedadam(bias_correction=adam)"))
                .hasMessageContaining("a key of lower-case letters, digits and '-'");
    }

    @Test
    void aParameterCanBeSetOrLowered() {
        assertThat(Spec.parse("monna(f=2)").with("trusted", "silo-a"))
                .hasToString("monna(f=2, trusted=silo-a)");
        assertThat(Spec.parse("fltrust").with("trusted", "0")).hasToString("fltrust(trusted=0)");
        assertThat(Spec.parse("krum(f=2)").atMost("f", 1)).hasToString("krum(f=1)");
        assertThat(Spec.parse("krum(f=2)").atMost("f", 3)).hasToString("krum(f=2)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a, f=3", "a b", "a=b", "a)", ""})
    void aValueThatCannotBeReadBackIsNotSet(String value) {
        assertThatThrownBy(() -> Spec.parse("monna(f=2)").with("trusted", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("monna");
    }
}
