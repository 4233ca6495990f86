package io.tributary.cli.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateFieldsTest {

    @ParameterizedTest
    @ValueSource(strings = {"centre", "center"})
    void aCentreMayBeSpeltEitherWay(String centre) throws IOException {
        var state = read("{'%s': [1, '-Infinity']}".formatted(centre));

        assertThat(state.vectors()).containsOnlyKeys("centre");
        assertThat(state.vectors().get("centre")).containsExactly(1, Float.NEGATIVE_INFINITY);
    }

    @Test
    void historiesGoByNameAndScalarsAreNumbers() throws IOException {
        var state = read("{'histories': {'a': [1], 'b': [2]}, 'scalars': {'clip': 0.1}}");

        assertThat(state.histories()).containsOnlyKeys("a", "b");
        assertThat(state.histories().get("b")).containsExactly(2);
        assertThat(state.scalars()).containsEntry("clip", 0.1);
    }

    @Test
    void anErrorNamesItsPlace() {
        assertThatThrownBy(() -> read("{'histories': {'a': [1, {}]}}"))
                .hasMessageStartingWith("state.histories.a[1] must be a number");
        assertThatThrownBy(() -> read("{'scalars': {'clip': []}}"))
                .hasMessageStartingWith("state.scalars.clip must be a number");
    }

    private static StateFields read(String json) throws IOException {
        try (var parser = new JsonFactory().createParser(json.replace('\'', '"'))) {
            parser.nextToken();
            return StateFields.read(new JsonValues(parser));
        }
    }
}
