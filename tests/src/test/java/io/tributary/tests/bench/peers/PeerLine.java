package io.tributary.tests.bench.peers;

import java.util.Locale;

/**
 * A line that a process of a peer writes: who, what, the round, and a value.
 *
 * @param who {@code server} or {@code silo-3}
 * @param value the monotonic clock's nanoseconds, if the event says no other
 */
record PeerLine(String who, Event event, int round, String value) {

    /** What can happen. */
    enum Event {
        /** A silo has the parameters and its update; the value is how many bytes of them it got. */
        READY,
        /** A silo hands its update to the peer's client. */
        REPLIED,
        /** The server has the new parameters. */
        COMBINED,
        /** A reader has the new parameters. */
        RECEIVED,
        /** The value is the deviation of what a reader has. */
        CHECKED,
        /** The value is the reason. */
        FAILED
    }

    /**
     * @throws ContenderFailedException if it is not such a line
     */
    static PeerLine parse(String line) throws ContenderFailedException {
        var words = line.split(" ", 4);
        try {
            if (words.length == 4) {
                var event = Event.valueOf(words[1].toUpperCase(Locale.ROOT));
                var parsed = new PeerLine(words[0], event, Integer.parseInt(words[2]), words[3]);
                parsed.requireValue();
                return parsed;
            }
        } catch (IllegalArgumentException e) {
            throw unreadable(line);
        }
        throw unreadable(line);
    }

    long number() {
        return Long.parseLong(value);
    }

    double fraction() {
        return switch (value) { // as Python writes them
            case "inf" -> Double.POSITIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> Double.parseDouble(value);
        };
    }

    private void requireValue() {
        if (event == Event.CHECKED) {
            var unused = fraction();
        } else if (event != Event.FAILED) {
            var unused = number();
        }
    }

    private static ContenderFailedException unreadable(String line) {
        return new ContenderFailedException(
                "a process of the peer wrote '%s', which is no 'who what round value'"
                        .formatted(line));
    }
}
