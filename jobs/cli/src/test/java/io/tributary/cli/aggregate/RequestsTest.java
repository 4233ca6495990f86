package io.tributary.cli.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests and answers; for legibility with ' instead of ". */
class RequestsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "mean; {'vectors': [[1, 2], [3, 8]]}; {'result': [2, 5], 'weights': [0.5, 0.5]}",
                "mean; {'vectors': [[4], [8]], 'weights': [3, 1]};"
                        + " {'result': [5], 'weights': [0.75, 0.25]}",
                "fednova; {'vectors': [[2], [8]], 'normalizers': [1, 4]};"
                        + " {'result': [5], 'weights': [1.25, 0.3125]}",
                "median; {'vectors': [[1, 7], [9, 8], [4, 9], [5, 0]]}; {'result': [4.5, 7.5]}",
                "trimmed-mean(f=1); {'vectors': [[1, 2], [4, 5], [7, 80]]}; {'result': [4, 5]}",
                "trimmed-mean(fraction=0.4); {'vectors': [[1], [4], [7]]}; {'result': [4]}",
                "fednova | median; {'vectors': [[1], [8], [30]], 'normalizers': [1, 4, 10]};"
                        + " {'result': [10]}",
            })
    void aRuleIsAppliedToTheVectors(String rule, String request, String answer) throws IOException {
        assertThat(answer(rule, request)).isEqualTo(json(answer));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "krum(f=1); {'vectors': [[0], [1], [2], [3], [99]]}; [1]",
                "nnm(f=1) | multi-krum(f=1); {'vectors': [[0], [1], [2], [3], ['Infinity']]};"
                        + " [0, 1]",
                "bulyan(f=1); {'vectors': [[0], [1], [2], [3], [4], [5], [99]]}; [0, 1, 2, 3, 4]",
                "mda(f=1); {'vectors': [[0], [1], [99]]}; [0, 1]",
                "monna(f=1); {'vectors': [[0], [1], [99]], 'trusted': 2}; [1, 2]",
                "monna(f=1, trusted=0); {'vectors': [[0], [1], [99]], 'trusted': 2}; [0, 1]",
            })
    void aSelectingRuleSaysWhichRowsItKept(String rule, String request, String selected)
            throws IOException {
        var kept = MAPPER.convertValue(answer(rule, request).get("selected"), int[].class);

        assertThat(kept).containsExactly(MAPPER.readValue(selected, int[].class));
    }

    @Test
    void aStepAloneGivesTheRowsThatARuleWouldSee() throws IOException {
        assertThat(answer("nnm(f=1)", "{'vectors': [[0], [2], [10]]}"))
                .isEqualTo(
                        json(
                                "{'result': [[1], [1], [6]],"
                                        + " 'weights': [[0.5, 0.5, 0], [0.5, 0.5, 0],"
                                        + " [0, 0.5, 0.5]]}"));
    }

    @Test
    void aCentreIsTakenUpInTheNextRound() throws IOException {
        var rule = "centered-clipping(tau=1)";
        var first = answer(rule, "{'vectors': [[4], [4]]}");
        assertThat(first)
                .isEqualTo(
                        json(
                                "{'result': [1], 'weights': [0.125, 0.125],"
                                        + " 'state': {'centre': [1]}}"));

        var second =
                answer(rule, "{'vectors': [[4], [4]], 'state': %s}".formatted(first.get("state")));

        assertThat(second.get("result")).isEqualTo(json("[2]"));
        assertThatThrownBy(() -> answer(rule, "{'vectors': [[4]], 'state': {'centre': [1, 2]}}"))
                .hasMessageContaining("2 values under 'centre', 1 are needed");
    }

    @Test
    void historiesGoOnByTheNamesOfTheRows() throws IOException {
        var request =
                "{'vectors': [[1, 0], [0, 1]], 'names': ['a', 'b'],"
                        + " 'state': {'histories': {'a': [2, 2], 'c': [5, 5]}}}";

        assertThat(answer("foolsgold", request).get("state"))
                .isEqualTo(json("{'histories': {'a': [3, 2], 'b': [0, 1], 'c': [5, 5]}}"));
    }

    @Test
    void whatIsNullIsAbsent() throws IOException {
        var request =
                "{'vectors': [[1], [3]], 'weights': null, 'normalizers': null, 'state': null,"
                        + " 'trusted': null, 'optimizer': null, 'round': null}";

        assertThat(answer("median", request)).isEqualTo(json("{'result': [2.0]}"));
    }

    @Test
    void whatARuleDoesNotUseIsLookedAtAllTheSame() throws IOException {
        var request =
                "{'vectors': [[1], [3]], 'names': ['a', 'b'], 'losses': [1, 2], 'trusted': 1,"
                        + " 'round': 3, 'planned': 5, 'state': {}}";

        assertThat(answer("median", request)).isEqualTo(json("{'result': [2.0]}"));
    }

    @Test
    void infinitiesAreTextsBothWays() throws IOException {
        assertThat(answer("mean", "{'vectors': [['Infinity', '-Infinity', 1], [1, 2, 3]]}"))
                .isEqualTo(json("{'result': ['Infinity', '-Infinity', 2], 'weights': [0.5, 0.5]}"));
        assertThat(answer("median", "{'vectors': [['Infinity'], [1], [2]]}"))
                .isEqualTo(json("{'result': [2]}"));
    }

    @Test
    void infinitiesThatALibraryLeftUnquotedAreRead() throws IOException {
        assertThat(answer("median", "{'vectors': [[Infinity, -Infinity]]}"))
                .isEqualTo(json("{'result': ['Infinity', '-Infinity']}"));
    }

    @Test
    void vectorsAreRoundedToFloat32AndResultsKeepAllDigits() throws IOException {
        var result = answer("mean", "{'vectors': [[0.1], [0.2], [0.4]]}").get("result").get(0);

        assertThat(result.asDouble())
                .isEqualTo(1 / 3.0 * 0.1f + 1 / 3.0 * 0.2f + 1 / 3.0 * 0.4f)
                .isNotEqualTo((float) result.asDouble());
    }

    @Test
    void rowsMayBeLong() throws IOException {
        int length = 1000;
        var row = IntStream.range(0, length).mapToObj(String::valueOf).toList();
        var text = "[" + String.join(",", row) + "]";

        var result = answer("median", "{'vectors': [%s, %s]}".formatted(text, text)).get("result");

        assertThat(result).hasSize(length);
        assertThat(IntStream.range(0, length).mapToObj(j -> result.get(j).asInt() + ""))
                .containsExactlyElementsOf(row);
    }

    @Test
    void anArrayIsAnsweredInItsOrderAndItsErrorsAreItsOwn() throws IOException {
        var requests =
                "[{'vectors': [[1], [3], [4]]},"
                        + "{'vectors': [[1], [{'a': [[1]]}]], 'weights': [1, 2], 'x': {'y': [1]}},"
                        + "{'rule': 'mean', 'vectors': [[1], [3]]},"
                        + "[[7]],"
                        + "{'optimizer': 'sgd', 'params': [1], 'delta': [2]}]";

        var answers = answer("median", requests);

        assertThat(answers).hasSize(5);
        assertThat(answers.get(0)).isEqualTo(json("{'result': [3]}"));
        assertThat(answers.get(1).get("error").asText())
                .startsWith("vectors[1][0] must be a number")
                .endsWith("got an object");
        assertThat(answers.get(2).get("result")).isEqualTo(json("[2]"));
        assertThat(answers.get(3).get("error").asText()).contains("must be an object");
        assertThat(answers.get(4)).isEqualTo(json("{'params': [3], 'state': {'steps': 1}}"));
    }

    @Test
    void noRequestsHaveNoAnswers() throws IOException {
        assertThat(answer("mean", "[]")).isEqualTo(json("[]"));
    }

    @Test
    void anOptimizerTakesUpItsState() throws IOException {
        var optimizer = "nesterov(lr=1, momentum=0.5)";

        var first = step(optimizer, "{'params': [0, 1], 'delta': [2, 0]}");
        assertThat(first)
                .isEqualTo(json("{'params': [3, 1], 'state': {'momentum': [-2, 0], 'steps': 1}}"));
        var second =
                step(
                        optimizer,
                        "{'params': %s, 'delta': [0, 0], 'state': %s}"
                                .formatted(first.get("params"), first.get("state")));

        assertThat(second)
                .isEqualTo(
                        json("{'params': [3.5, 1], 'state': {'momentum': [-1, 0], 'steps': 2}}"));
    }

    @Test
    void theNumberOfTheStepIsPartOfTheState() throws IOException {
        // constant deltas of 1 and Adam's correction: every step is lr long
        var optimizer = "fedadam(lr=0.5, tau=1e-30, bias-correction=adam)";
        var answer = step(optimizer, "{'params': [0], 'delta': [1]}");
        for (int k = 2; k <= 4; k++) {
            answer =
                    step(
                            optimizer,
                            "{'params': %s, 'delta': [1], 'state': %s}"
                                    .formatted(answer.get("params"), answer.get("state")));
        }

        assertThat(answer.get("params").get(0).asDouble()).isCloseTo(2, within(1e-5));
        assertThat(answer.get("state").get("steps").asInt()).isEqualTo(4);
    }

    @Test
    void momentsFromElsewhereNeedACountOnlyWhereItMatters() throws IOException {
        var request = "{'params': [0], 'delta': [1], 'state': {'m': [-1], 'v': [1]}}";
        var counted = "{'params': [0], 'delta': [1], 'state': {'m': [-1], 'v': [1], 'steps': 0}}";

        assertThat(step("fedadam", request)).isEqualTo(step("fedadam", counted));
        for (var correction : List.of("adam", "sqrt")) {
            for (var name : List.of("fedadam", "fedyogi")) {
                var optimizer = "%s(bias-correction=%s)".formatted(name, correction);
                assertThatThrownBy(() -> step(optimizer, request))
                        .hasMessageContaining("has [m, v] and 'steps'");
            }
        }
    }

    @Test
    void aDeltaIsNotRoundedBeforeTheStep() throws IOException {
        // 1 + 2^-30 is 1 in float32
        var delta = 1 + Math.scalb(1.0, -30);

        var params = step("sgd(lr=1)", "{'params': [-1], 'delta': [%s]}".formatted(delta));

        assertThat(params.get("params").get(0).asDouble()).isEqualTo(Math.scalb(1.0, -30));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "``; the input is empty",
                "{'vectors': [[1]]; not JSON at line 1",
                "{'vectors': [[1]]} 7; more behind the first JSON value",
                "{'vectors': [[1]], 'vectors': [[1]]}; Duplicate field 'vectors'",
                "7; a request must be an object, got 7",
                "{}; no 'vectors'",
                "{'vector': [[1]]}; no field 'vector'",
                "{'vectors': null}; no 'vectors'",
                "{'vectors': 1}; vectors must be an array of arrays of numbers, got 1",
                "{'vectors': [1]}; vectors[0] must be an array of numbers, got 1",
                "{'vectors': []}; vectors is empty",
                "{'vectors': [[]]}; vectors[0] has no values",
                "{'vectors': [[1, 2], [3]]}; vectors[1] has 1 values, vectors[0] has 2",
                "{'vectors': [[1, null]]}; vectors[0][1] must be a number",
                "{'vectors': [[1, 'one']]}; vectors[0][1] must be a number",
                "{'vectors': [[1], ['NaN']]}; vectors[1][0] is NaN",
                "{'vectors': [[1], [NaN]]}; vectors[1][0] is NaN",
                "{'vectors': [[1, -3.5e38]]}; vectors[0][1]: -3.5E38 is too large for float32",
                "{'vectors': [[1, 1e999]]}; vectors[0][1]: 1e999 is too large for float64",
                "{'vectors': [['Infinity'], ['-Infinity']]}; infinite values meet in coordinate 0",
                "{'vectors': [[1]], 'weights': [1, 2]}; weights has 2 entries for 1 vectors",
                "{'vectors': [[1]], 'weights': [0]}; weight of row 0 must be above 0",
                "{'vectors': [[1]], 'weights': ['NaN']}; weights[0] is NaN",
                "{'vectors': [[1]], 'normalizers': [-1]}; normalizer of row 0",
                "{'vectors': [[1]], 'losses': 1}; losses must be an array of numbers, got 1",
                "{'vectors': [[1]], 'names': [1]}; names[0] must be a text, got 1",
                "{'vectors': [[1], [2]], 'names': ['a', 'a']}; names[1]: 'a' is there twice",
                "{'vectors': [[1]], 'trusted': 1}; trusted is row 1",
                "{'vectors': [[1]], 'trusted': 0.5}; trusted must be a whole number from 0 on",
                "{'vectors': [[1]], 'round': 0}; round must be a whole number from 1 on",
                "{'vectors': [[1], [2]], 'planned': 1}; planned is 1, but 2 vectors came",
                "{'vectors': [[1]], 'state': {'centre': [1]}}; 'mean' keeps no centre",
                "{'vectors': [[1]], 'state': {'histories': {'0': [1]}}}; keeps no histories",
                "{'vectors': [[1]], 'state': {'momentum': [1]}}; no field 'momentum'",
                "{'vectors': [[1]], 'params': [1]}; 'params' does not belong to",
                "{'vectors': [[1]], 'rule': 'mean', 'optimizer': 'sgd'}; not both",
                "{'vectors': [[1]], 'rule': 'mode'}; unknown rule 'mode'",
                "{'vectors': [[1]], 'rule': 'trimmed-mean(f=1)'}; n > 2f, got n=1, f=1",
                "{'vectors': [[1]], 'state': {'scalars': {'clip': 1}}}; 'mean' keeps no 'clip'",
            })
    void aRequestThatCannotBeRightIsRefusedWithTheReason(String request, String reason) {
        assertThatThrownBy(() -> answer("mean", request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'params': [1]}; no 'delta'",
                "{'params': [1], 'delta': [1, 2]}; delta has 2 values, params has 1",
                "{'params': [1], 'delta': [1], 'state': {'v': [1]}}; has [momentum] and 'steps'",
                "{'params': [1], 'delta': [1], 'state': {'momentum': [1, 2], 'steps': 1}};"
                        + " 1 are needed",
                "{'params': [1], 'delta': [1], 'state': {'momentum': [1], 'steps': -1}};"
                        + " state.steps must be a whole number from 0 on",
                "{'params': [1], 'delta': [1], 'vectors': [[1]]}; 'vectors' does not belong to",
                "{'params': ['Infinity'], 'delta': ['-Infinity']}; the combined delta is -Infinity at coordinate 0",
            })
    void aStepThatCannotBeRightIsRefusedWithTheReason(String request, String reason) {
        assertThatThrownBy(() -> step("nesterov", request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aRequestThatNamesNothingNeedsADefault() {
        assertThatThrownBy(() -> answer(null, null, "{'vectors': [[1]]}"))
                .hasMessageContaining("neither a 'rule' nor an 'optimizer'");
    }

    private static JsonNode answer(String rule, String request) throws IOException {
        return answer(rule, null, request);
    }

    private static JsonNode step(String optimizer, String request) throws IOException {
        return answer(null, optimizer, request);
    }

    private static JsonNode answer(
            @Nullable String rule, @Nullable String optimizer, String request) throws IOException {
        var document = request.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        var requests = new Requests(rule, optimizer, RuntimeException::getMessage);
        var written = new StringWriter();
        requests.answer(new ByteArrayInputStream(document)).write(written);
        return MAPPER.readTree(written.toString());
    }

    /** Numbers as the answers have them: all float64. */
    private static JsonNode json(String text) throws IOException {
        var numbers =
                text.lines()
                        .map(
                                line ->
                                        line.replaceAll(
                                                "(?<![\\w.'-]|steps': )(-?\\d+)(?![\\w.'])",
                                                "$1.0"))
                        .collect(Collectors.joining("\n"));
        return MAPPER.readTree(numbers.replace('\'', '"'));
    }
}
