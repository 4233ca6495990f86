package io.tributary.operators.flink;

import java.util.HashMap;
import java.util.Map;

/**
 * Keeps a log readable while one thing happens over and over: of each kind so many lines are
 * written in a window of time, the rest is counted. A window begins with its first line.
 *
 * @param <K> what tells kinds apart; they are remembered for good, so there must be few
 */
final class LineLimit<K> {

    private final int lines;
    private final long windowMillis;
    private final Map<K, Window> windows = new HashMap<>();

    private static final class Window {
        private long beganMillis;
        private int written;
        private long leftOut;
    }

    /**
     * What becomes of a line.
     *
     * @param write whether it is written
     * @param last whether it is the last that this window has room for
     * @param leftOut lines of its kind that were left out since the one before; 0 if it is not
     *     written
     */
    record Verdict(boolean write, boolean last, long leftOut) {}

    /**
     * @param lines of each kind in a window, at least 1
     */
    LineLimit(int lines, long windowMillis) {
        this.lines = lines;
        this.windowMillis = windowMillis;
    }

    Verdict admit(K kind, long nowMillis) {
        var window = windows.computeIfAbsent(kind, unused -> new Window());
        if (window.written == 0 || nowMillis - window.beganMillis >= windowMillis) {
            window.beganMillis = nowMillis;
            window.written = 0;
        }
        if (window.written == lines) {
            window.leftOut++;
            return new Verdict(false, false, 0);
        }
        window.written++;
        long leftOut = window.leftOut;
        window.leftOut = 0;
        return new Verdict(true, window.written == lines, leftOut);
    }
}
