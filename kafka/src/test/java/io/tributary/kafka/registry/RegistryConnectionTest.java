package io.tributary.kafka.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryConnectionTest {

    @Test
    void severalAddressesOfOneRegistry() {
        var connection =
                RegistryConnection.at("http://a:8081/apis/ccompat/v7/, https://b.example.org");

        assertThat(connection.urls())
                .containsExactly("http://a:8081/apis/ccompat/v7", "https://b.example.org");
        assertThat(connection)
                .hasToString("http://a:8081/apis/ccompat/v7,https://b.example.org")
                .isEqualTo(RegistryConnection.at(connection.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost:8081", "ftp://a", "http://", "http://a?x=1", "http://a b"})
    void whatIsNoAddressIsRefused(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegistryConnection.at(url))
                .withMessageContaining("schema registry '" + url + "'");
    }

    @Test
    void credentialsAreNeitherTakenFromAnAddressNorShown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegistryConnection.at("http://u:secret@a:8081"))
                .withMessageContaining("set basic.auth.user.info")
                .withMessageNotContaining("secret");
        assertThat(with(Map.of(RegistryConnection.BASIC, "u:secret")).toString())
                .doesNotContain("secret");
    }

    @Test
    void propertiesThatMeanNothingAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(Map.of("sasl.mechanism", "PLAIN")))
                .withMessageContaining("sasl.mechanism is not one of basic.auth.user.info");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(Map.of(RegistryConnection.BASIC, "user")).ids().ping())
                .withMessageContaining("user:password");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                with(
                                        Map.of(
                                                RegistryConnection.BASIC,
                                                "u:p",
                                                RegistryConnection.BEARER,
                                                "t")))
                .withMessageContaining("not both");
    }

    @Test
    void subjectsAreNamedByRecordWithOrWithoutTheTopic() {
        assertThat(SubjectNaming.parse("record").subject("demo.rounds", "a.RoundPlan"))
                .isEqualTo("a.RoundPlan");
        assertThat(SubjectNaming.parse("topic-record").subject("demo.rounds", "a.RoundPlan"))
                .isEqualTo("demo.rounds-a.RoundPlan");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SubjectNaming.parse("topic"))
                .withMessage("subjects must be named by record or topic-record, got 'topic'");
    }

    private static RegistryConnection with(Map<String, String> security) {
        return new RegistryConnection(
                List.of("http://a:8081"), true, SubjectNaming.RECORD, true, security);
    }
}
