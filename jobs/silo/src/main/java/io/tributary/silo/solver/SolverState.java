package io.tributary.silo.solver;

import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ParameterBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a solver remembers: how many steps it took, and its moments in the layout of the parameters,
 * so that they can be saved, copied and sent like them. Not thread-safe.
 */
public final class SolverState {

    private final List<ParameterBuffer> moments;
    private long steps;

    /** Moments of zero, no steps taken. */
    public SolverState(ModelLayout layout, int momentCount) {
        moments =
                IntStream.range(0, momentCount)
                        .mapToObj(i -> ParameterBuffer.allocate(layout))
                        .toList();
    }

    /** Steps taken. */
    public long steps() {
        return steps;
    }

    /** The moments in the order of the solver's definition; writable. */
    public List<ParameterBuffer> moments() {
        return moments;
    }

    /** Takes over the steps and moments of another state of the same layout and solver. */
    public void copyFrom(SolverState other) {
        if (moments.size() != other.moments.size()) {
            throw new IllegalArgumentException(
                    "cannot copy a state of %s moments to one of %s"
                            .formatted(other.moments.size(), moments.size()));
        }
        for (int i = 0; i < moments.size(); i++) {
            moments.get(i).copyFrom(other.moments.get(i));
        }
        steps = other.steps;
    }

    /** Goes back to moments of zero and no steps. */
    public void reset() {
        for (var moment : moments) {
            for (int b = 0; b < moment.layout().blocks().size(); b++) {
                var block = moment.block(b);
                while (block.hasRemaining()) {
                    block.putFloat(0);
                }
            }
        }
        steps = 0;
    }

    /** Says how many steps the moments stand for, after they have been written from outside. */
    public void restoreSteps(long restored) {
        steps = restored;
    }

    long countStep() {
        return ++steps;
    }
}
