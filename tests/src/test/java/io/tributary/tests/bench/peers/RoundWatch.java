package io.tributary.tests.bench.peers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Follows a peer through its rounds by what its processes write, and lets silos send their updates
 * when all have theirs: until then nothing is timed, so that neither the making of updates nor the
 * sending of what they start from is in the figures.
 */
final class RoundWatch {

    /** What float32 sums may lose, with room; one update that is missing loses far more. */
    static final double LARGEST_DEVIATION = 1e-6;

    private static final long UNKNOWN = Long.MIN_VALUE;

    private final RoundShape shape;
    private final int readers;
    private final ServerUsage server;
    private final List<RoundCost> costs = new ArrayList<>();
    private int round = 1;
    private int ready;
    private long firstReply = Long.MAX_VALUE;
    private long combined = UNKNOWN;
    private long lastReceipt = UNKNOWN;
    private int received;
    private int checked;
    private double cpuBefore;
    private double cpuAfter;
    private double deviation;

    /**
     * @param readers how many are to have a version before its round is over
     */
    RoundWatch(RoundShape shape, int readers, ServerUsage server) {
        this.shape = shape;
        this.readers = readers;
        this.server = server;
    }

    /**
     * Takes note of a line.
     *
     * @return the round whose updates may be sent now, if this was what they waited for
     * @throws ContenderFailedException if the line says so, belongs to no open round, or if a
     *     result is wrong
     */
    OptionalInt accept(PeerLine line) throws IOException, ContenderFailedException {
        if (line.event() == PeerLine.Event.FAILED) {
            throw new ContenderFailedException(
                    "%s failed in round %s: %s".formatted(line.who(), line.round(), line.value()));
        }
        if (line.round() != round || isOver()) {
            throw new ContenderFailedException(
                    "%s is in round %s, the others are in round %s"
                            .formatted(line.who(), line.round(), round));
        }
        switch (line.event()) {
            case READY -> {
                return ready(line);
            }
            case REPLIED -> firstReply = Math.min(firstReply, line.number());
            case COMBINED -> combined = line.number();
            case RECEIVED -> received(line.number());
            default -> checked(line);
        }
        return OptionalInt.empty();
    }

    private OptionalInt ready(PeerLine line) throws ContenderFailedException {
        if (line.number() != shape.modelBytes()) {
            throw new ContenderFailedException(
                    "%s was sent %s bytes of parameters, the model has %s"
                            .formatted(line.who(), line.number(), shape.modelBytes()));
        }
        if (++ready < shape.silos()) {
            return OptionalInt.empty();
        }
        cpuBefore = server.cpuSeconds();
        return OptionalInt.of(round);
    }

    private void received(long nanos) {
        lastReceipt = Math.max(lastReceipt, nanos);
        if (++received == readers) {
            cpuAfter = server.cpuSeconds();
        }
    }

    /** Comes behind everything else of a round, however lines have overtaken each other. */
    private void checked(PeerLine line) throws IOException, ContenderFailedException {
        if (!(line.fraction() <= LARGEST_DEVIATION)) {
            throw new ContenderFailedException(
                    "%s has a version of round %s that is %s from base + weighted mean, more than %s"
                            .formatted(line.who(), round, line.value(), LARGEST_DEVIATION));
        }
        deviation = Math.max(deviation, line.fraction());
        if (++checked < readers) {
            return;
        }
        if (received != readers || combined == UNKNOWN || firstReply == Long.MAX_VALUE) {
            throw new ContenderFailedException(
                    "round %s was checked before it was complete".formatted(round));
        }
        if (round > RoundShape.WARM_UP_ROUNDS) {
            costs.add(cost());
        }
        begin(round + 1);
    }

    private RoundCost cost() throws IOException {
        return new RoundCost(
                (lastReceipt - firstReply) / 1e9,
                (combined - firstReply) / 1e9,
                shape.updateBytes(),
                cpuAfter - cpuBefore,
                server.peakRssBytes());
    }

    private void begin(int next) {
        round = next;
        ready = 0;
        received = 0;
        checked = 0;
        firstReply = Long.MAX_VALUE;
        combined = UNKNOWN;
        lastReceipt = UNKNOWN;
    }

    /** The one that is open. */
    int round() {
        return round;
    }

    boolean isOver() {
        return round > shape.allRounds();
    }

    Standing.Measured standing(String version) {
        return new Standing.Measured(version, List.copyOf(costs), deviation);
    }
}
