package io.tributary.cli.track;

import static io.tributary.cli.watch.Records.MODEL;
import static io.tributary.cli.watch.Records.evaluation;
import static io.tributary.cli.watch.Records.plan;
import static io.tributary.cli.watch.Records.version;
import static io.tributary.cli.watch.Records.withMeasurements;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.cli.watch.FederationView;
import io.tributary.operators.round.RoundPolicy;
import io.tributary.schemas.model.Measurement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VersionPointsTest {

    private static final Map<String, Integer> BOTH = Map.of("ash", 40, "birch", 40);

    private final FederationView view = new FederationView("news");
    private final long millis = 1_000_000;

    @Test
    void aVersionTellsHowItWasMadeAtOnce() {
        view.accept(plan(1, BOTH), millis);
        var norm = new Measurement(RoundPolicy.COMBINED_DELTA_NORM, 0.75);
        view.accept(withMeasurements(version(1, "ash", "birch"), List.of(norm)), millis + 2_500);

        var points = points(false);

        assertThat(points).allSatisfy(p -> assertThat(p.timeMillis()).isEqualTo(millis + 2_500));
        assertThat(points)
                .extracting(Point::series)
                .containsExactlyInAnyOrder(
                        "train_loss/ash",
                        "train_loss/birch",
                        "train_loss/all_silos",
                        "update_norm/ash",
                        "update_norm/birch",
                        "combined/norm",
                        "combined/consensus",
                        "round/cohort_size",
                        "round/tokens",
                        "round/seconds");
        assertThat(value(points, "train_loss/all_silos", 1)).isCloseTo(3.2, within(1e-12));
        assertThat(value(points, "update_norm/ash", 1)).isEqualTo(1.5);
        // 0.75 over a mean norm of 1.5.
        assertThat(value(points, "combined/consensus", 1)).isCloseTo(0.5, within(1e-12));
        assertThat(value(points, "round/cohort_size", 1)).isEqualTo(2);
        assertThat(value(points, "round/tokens", 1)).isEqualTo(2 * 40_960);
        assertThat(value(points, "round/seconds", 1)).isEqualTo(2.5);
    }

    @Test
    void aVersionIsWorthWhatItsSilosSayWhenAllHave() {
        view.accept(plan(1, BOTH), millis);
        view.accept(version(1, "ash", "birch"), millis);
        view.accept("ash", evaluation(1, 100), millis);
        assertThat(points(false)).noneMatch(VersionPointsTest::isPerplexity);

        view.accept("birch", evaluation(1, 400), millis);

        var points = points(false);
        assertThat(value(points, "perplexity/ash", 1)).isCloseTo(100, within(1e-9));
        assertThat(value(points, "perplexity/birch", 1)).isCloseTo(400, within(1e-9));
        // On as many tokens each: the geometric mean.
        assertThat(value(points, "perplexity/all_silos", 1)).isCloseTo(200, within(1e-9));
    }

    @Test
    void whoDoesNotEvaluateIsWaitedForUntilTheVersionAfterTheNext() {
        make(1, "ash");
        make(2, "ash", "birch");
        assertThat(points(false)).as("in order").noneMatch(VersionPointsTest::isPerplexity);
        assertThat(points(true)).filteredOn(VersionPointsTest::isPerplexity).hasSize(2 + 3);

        make(3, "ash");

        assertThat(points(false))
                .filteredOn(VersionPointsTest::isPerplexity)
                .extracting(Point::step)
                .containsExactlyInAnyOrder(1, 1, 2, 2, 2);
    }

    @Test
    void whatIsNotANumberIsNoPoint() {
        view.accept(plan(1, BOTH), millis);
        var endless = new Measurement(RoundPolicy.COMBINED_DELTA_NORM, Double.POSITIVE_INFINITY);
        view.accept(withMeasurements(version(1, "ash"), List.of(endless)), millis);

        assertThat(points(false)).noneMatch(p -> p.series().startsWith("combined/"));
    }

    @Test
    void aVersionThatWasGivenWasMadeByNobody() {
        view.accept(version(0), millis);
        view.accept("ash", evaluation(0, 100), millis);

        assertThat(points(true)).allMatch(VersionPointsTest::isPerplexity).hasSize(2);
    }

    private void make(int round, String... evaluating) {
        view.accept(plan(round, BOTH), millis);
        view.accept(version(round, "ash", "birch"), millis);
        for (var silo : evaluating) {
            view.accept(silo, evaluation(round, 100), millis);
        }
    }

    private List<Point> points(boolean atTheEnd) {
        return VersionPoints.of(view.snapshot(MODEL, millis), atTheEnd);
    }

    private static boolean isPerplexity(Point point) {
        return point.series().startsWith("perplexity/");
    }

    private static double value(List<Point> points, String series, int step) {
        var found =
                points.stream().filter(p -> p.series().equals(series) && p.step() == step).toList();
        assertThat(found).as(series).hasSize(1);
        return found.get(0).value();
    }
}
