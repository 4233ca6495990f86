package io.tributary.tests.bench;

import java.io.PrintWriter;

/** One line on a terminal that says what is being measured, gone when it has been. */
public final class CaseProgress {

    private static final String CLEAR = "\r\033[K";

    private final PrintWriter terminal;
    private final boolean shown;

    /**
     * @param shown whether {@code terminal} is one
     */
    public CaseProgress(PrintWriter terminal, boolean shown) {
        this.terminal = terminal;
        this.shown = shown;
    }

    /** Replaces what the line says. */
    public void say(String what) {
        print(CLEAR + what);
    }

    void begin(int number, int count, String name) {
        print("%s[%s/%s] %s ".formatted(CLEAR, number, count, name));
    }

    /** What is being done now, where cases are not counted. */
    void show(String what) {
        print(CLEAR + what + " ... ");
    }

    void step() {
        print(".");
    }

    public void end() {
        print(CLEAR);
    }

    private void print(String text) {
        if (shown) {
            terminal.print(text);
            terminal.flush();
        }
    }
}
