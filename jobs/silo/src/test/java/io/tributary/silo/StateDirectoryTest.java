package io.tributary.silo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {

    @TempDir Path directory;
    private StateDirectory state;

    @BeforeEach
    void open() throws IOException {
        state = new StateDirectory(directory);
    }

    @Test
    void aRoundGoesOnFromTheMomentsOfTheNewestRoundBeforeIt() throws IOException {
        state.saveMoments(3, version(2, 'a'), new AddingTrainer());
        state.saveMoments(5, version(4, 'b'), new AddingTrainer());
        assertThat(state.momentsBefore(3)).isEmpty();
        assertThat(state.momentsBefore(4)).get().returns(3, StateDirectory.SavedRound::round);
        assertThat(state.momentsBefore(5)).get().returns(3, StateDirectory.SavedRound::round);
        assertThat(state.momentsBefore(9))
                .get()
                .satisfies(
                        saved -> {
                            assertThat(saved.round()).isEqualTo(5);
                            assertThat(saved.startedFrom(version(4, 'b'))).isTrue();
                            assertThat(saved.startedFrom(version(4, 'c'))).isFalse();
                        });
    }

    @Test
    void onlyTwoRoundsAreKept() throws IOException {
        for (int round = 8; round <= 12; round++) {
            state.saveMoments(round, version(round - 1, 'a'), new AddingTrainer());
        }
        assertThat(state.momentsBefore(11)).isEmpty();
        assertThat(state.momentsBefore(12)).isPresent();
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void momentsThatWereWrittenHalfAreNotThere() throws IOException {
        var dying = new AddingTrainer("disk full");
        assertThatThrownBy(() -> state.saveMoments(1, version(0, 'a'), dying))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
        assertThat(state.momentsBefore(2)).isEmpty();
    }

    @Test
    void discardedMomentsAreGone() throws IOException {
        state.saveMoments(1, version(0, 'a'), new AddingTrainer());
        state.saveMoments(2, version(1, 'a'), new AddingTrainer());
        state.discardMoments(2);
        assertThat(state.momentsBefore(3)).get().returns(1, StateDirectory.SavedRound::round);
    }

    @Test
    void attemptsAreCountedPerRoundAndAcrossRestarts() throws IOException {
        assertThat(state.nextAttempt(4)).isEqualTo(1);
        assertThat(state.nextAttempt(4)).isEqualTo(2);
        assertThat(new StateDirectory(directory).nextAttempt(4)).isEqualTo(3);
        assertThat(state.nextAttempt(5)).isEqualTo(1);
    }

    @Test
    void aVersionIsRememberedByNumberAndContent() throws IOException {
        assertThat(state.wasEvaluated(version(3, 'a'))).isFalse();
        state.setEvaluated(version(3, 'a'));
        assertThat(new StateDirectory(directory).wasEvaluated(version(3, 'a'))).isTrue();
        assertThat(state.wasEvaluated(version(3, 'b'))).isFalse();
        assertThat(state.wasEvaluated(version(4, 'a'))).isFalse();
    }

    private static ModelVersion version(int version, char digest) {
        return new ModelVersion(
                "main",
                version,
                version - 1,
                "{}",
                "bytes",
                TestFederation.LAYOUT,
                Codec.F32,
                new int[3],
                new int[3],
                String.valueOf(digest).repeat(64),
                version,
                0,
                0,
                0,
                "",
                "",
                List.of(),
                List.of());
    }
}
