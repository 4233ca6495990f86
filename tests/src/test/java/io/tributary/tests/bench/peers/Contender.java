package io.tributary.tests.bench.peers;

import io.tributary.tests.bench.peers.Standing.Absent;
import io.tributary.tests.bench.peers.Standing.Measured;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Something that makes one new version out of the updates of a round, in processes of its own. */
public interface Contender {

    /** Names its row of the table. */
    String name();

    /**
     * Looks whether it is on this machine, without starting it.
     *
     * @return what is missing; empty if it can be measured
     * @throws ContenderFailedException if it is there, and this machine too small
     */
    Optional<Absent> absence(RoundShape shape)
            throws IOException, InterruptedException, ContenderFailedException;

    /**
     * Starts it, lets it have {@link RoundShape#allRounds()} rounds, and ends all of it.
     *
     * @param progress takes a few words on what is being done
     * @throws ContenderFailedException if a round was not completed, or was wrong
     */
    Measured measure(RoundShape shape, Consumer<String> progress)
            throws IOException, InterruptedException, ContenderFailedException;
}
