package io.tributary.cli.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import io.tributary.operators.rule.Aggregation;
import io.tributary.operators.rule.Cohort;
import io.tributary.operators.rule.RoundFacts;
import io.tributary.operators.rule.RowSteps;
import io.tributary.operators.rule.RuleState;
import io.tributary.operators.rule.Weighing;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerTest {

    @Test
    void weightsAreTheCoefficientsOfTheVectorsTimesTheFactor() throws IOException {
        double[] withCentre = {0.25, 0.5, 0.75};
        var weighing = new Weighing(withCentre, null, null, 2, new int[] {0, 1}, 0, Map.of());
        var aggregation = new Aggregation(new double[] {1, 2}, weighing, RuleState.NONE);

        assertThat(written(new RuleAnswer(aggregation, 2)))
                .isEqualTo("{'result':[1.0,2.0],'selected':[0,1],'weights':[0.5,1.0]}");
    }

    @Test
    void whatARuleKeepsIsWrittenSoThatItCanBeHandedInAgain() throws IOException {
        var weighing = new Weighing(null, null, new double[] {1}, 1, new int[0], 0, Map.of());
        var state =
                new RuleState(
                        new float[] {0.1f, Float.POSITIVE_INFINITY},
                        Map.of("b", new float[] {2}, "a", new float[] {1}),
                        Map.of("clip", 0.5));
        var aggregation = new Aggregation(new double[] {3}, weighing, state);

        var answer = written(new RuleAnswer(aggregation, 1));

        assertThat(answer)
                .isEqualTo(
                        "{'result':[3.0],'state':{'centre':[0.10000000149011612,'Infinity'],"
                                + "'histories':{'a':[1.0],'b':[2.0]},'scalars':{'clip':0.5}}}");
    }

    @Test
    void stepsAreAnsweredWithTheMatrixThatARuleWouldSee() throws IOException {
        var cohort =
                new Cohort(
                        List.of("0", "1"),
                        new double[] {1, 1},
                        new double[] {1, 4},
                        new double[] {0, 0});

        var stepped =
                RowSteps.parse("fednova")
                        .apply(new float[][] {{1, 2}, {4, 8}}, cohort, RoundFacts.first(2));

        assertThat(written(new StepsAnswer(stepped)))
                .isEqualTo("{'result':[[1.0,2.0],[1.0,2.0]],'weights':[[1.0,0.0],[0.0,0.25]]}");
    }

    private static String written(Answer answer) throws IOException {
        var text = new StringWriter();
        try (var json = new JsonFactory().createGenerator(text)) {
            answer.write(json);
        }
        return text.toString().replace('"', '\'');
    }
}
