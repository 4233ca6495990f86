package io.tributary.silo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AlignmentWatchTest {

    private static final int ROUND = 7;

    private final AlignmentWatch watch = new AlignmentWatch();

    @Test
    void theStepIsMeasuredFromTheBaseOfTheRound() {
        upload(10, 12);

        assertThat(watch.downloaded(made(ROUND), all(11))).hasValueCloseTo(1.0, within(1e-12));
    }

    @Test
    void aStepAgainstTheDeltaHasMinusOne() {
        upload(10, 12);

        assertThat(watch.downloaded(made(ROUND), all(9.5f))).hasValueCloseTo(-1.0, within(1e-12));
    }

    @Test
    void aVersionThatStandsStillHasNoAngle() {
        upload(10, 12);

        assertThat(watch.downloaded(made(ROUND), all(10))).hasValue(0);
    }

    @Test
    void eachUpdateIsToldOnce() {
        upload(10, 12);

        assertThat(watch.downloaded(made(ROUND), all(11))).isPresent();
        assertThat(watch.downloaded(made(ROUND), all(11))).isEmpty();
    }

    @Test
    void earlierVersionsAreOfNoInterestAndLaterOnesEndTheWait() {
        upload(10, 12);

        assertThat(watch.downloaded(made(ROUND - 1), all(11))).isEmpty();
        assertThat(watch.downloaded(made(ROUND + 1), all(11))).isEmpty();
        assertThat(watch.downloaded(made(ROUND), all(11))).isEmpty();
    }

    @Test
    void aRollBackIsNoStepOfTheRoundWhoseNumberItHas() {
        upload(10, 12);

        assertThat(watch.downloaded(version(ROUND, List.of()), all(11))).isEmpty();
    }

    @Test
    void withoutAnUpdateThereIsNothingToCompare() {
        assertThat(watch.downloaded(made(ROUND), all(11))).isEqualTo(OptionalDouble.empty());
    }

    private void upload(float base, float trained) {
        watch.uploaded(TestFederation.plan("main", ROUND, 1, 1, "acme"), all(base), all(trained));
    }

    private static ModelVersion made(int version) {
        return version(
                version,
                List.of(new CohortMember("acme", "", version, 1, version - 1, 1, 1, 1, 8, 1, 2)));
    }

    private static ModelVersion version(int version, List<CohortMember> cohort) {
        int chunks = TestFederation.LAYOUT.chunkCount();
        return new ModelVersion(
                "main",
                version,
                version - 1,
                "{}",
                "bytes",
                TestFederation.LAYOUT,
                Codec.F32,
                new int[chunks],
                new int[chunks],
                "digest",
                version,
                0,
                0,
                0,
                "mean",
                "sgd(lr=1)",
                cohort,
                List.of());
    }

    private static ParameterBuffer all(float value) {
        var parameters = ParameterBuffer.allocate(TestFederation.LAYOUT);
        for (int c = 0; c < TestFederation.LAYOUT.chunkCount(); c++) {
            var chunk = parameters.chunk(c);
            while (chunk.hasRemaining()) {
                chunk.put(value);
            }
        }
        return parameters;
    }
}
