package io.tributary.cli.watch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jspecify.annotations.Nullable;

/**
 * Draws snapshots in place, below what is already on the screen. The cursor is hidden and typing is
 * not echoed meanwhile: both would break the picture. They come back on {@link #close} and when the
 * process ends, by Ctrl-C too.
 */
final class LiveProgress implements ProgressView {

    private final Terminal terminal;
    private final LiveFrame frame;
    private final Display display;
    private final Attributes found;
    private final Thread restoreAtExit;
    private volatile boolean resized = true;
    private @Nullable FederationSnapshot last;
    private int columns;
    private int rows;
    private boolean closed;

    /**
     * @param terminal closed with this view
     */
    LiveProgress(Terminal terminal, LiveFrame frame) {
        this.terminal = terminal;
        this.frame = frame;
        display = new Display(terminal, false);
        found = terminal.getAttributes();
        var quiet = new Attributes(found);
        quiet.setLocalFlag(Attributes.LocalFlag.ECHO, false);
        terminal.setAttributes(quiet);
        var unused = terminal.handle(Terminal.Signal.WINCH, signal -> resized = true);
        terminal.puts(Capability.cursor_invisible);
        terminal.flush();
        restoreAtExit = new Thread(this::restore, "restore-terminal");
        Runtime.getRuntime().addShutdownHook(restoreAtExit);
    }

    @Override
    public synchronized void show(FederationSnapshot snapshot) {
        last = snapshot;
        draw();
    }

    @Override
    public synchronized void say(String line) {
        if (closed) {
            return;
        }
        display.update(List.of(), 0);
        terminal.writer().println(Figures.printable(line));
        draw();
    }

    private void draw() {
        if (closed || last == null) {
            return;
        }
        if (resized) {
            resized = false;
            var size = terminal.getSize();
            // Some terminals, serial lines for instance, do not know their size.
            int width = size.getColumns() > 0 ? size.getColumns() : 80;
            int height = size.getRows() > 0 ? size.getRows() : 24;
            display.resize(height, width);
            columns = width;
            rows = height;
        }
        var lines = new ArrayList<AttributedString>(frame.render(last, columns, rows));
        lines.add(AttributedString.EMPTY); // where the cursor waits
        display.update(lines, (lines.size() - 1) * (columns + 1));
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(restoreAtExit);
        } catch (IllegalStateException e) {
            return; // the process is ending: the hook does it
        }
        restore();
    }

    private synchronized void restore() {
        if (closed) {
            return;
        }
        closed = true;
        terminal.puts(Capability.cursor_normal);
        terminal.flush();
        terminal.setAttributes(found);
        try {
            terminal.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the terminal", e);
        }
    }
}
