package io.tributary.cli.watch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
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
    private final List<String> said = new ArrayList<>();
    private final Attributes found;
    private final Thread restoreAtExit;
    private volatile boolean resized = true;
    private @Nullable FederationSnapshot last;
    private Display display;
    private Size size;
    private boolean drawn;
    private boolean closed;

    /**
     * @param terminal closed with this view
     */
    LiveProgress(Terminal terminal, LiveFrame frame) {
        this.terminal = terminal;
        this.frame = frame;
        display = new Display(terminal, false);
        size = new Size();
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
        said.add(Figures.printable(line));
        if (!resized) {
            display.update(List.of(), 0);
            terminal.writer().println(said.get(said.size() - 1));
        }
        draw();
    }

    private void draw() {
        if (closed) {
            return;
        }
        if (resized) {
            resized = false;
            begin();
        }
        if (last != null) {
            var lines = new ArrayList<>(frame.render(last, size.getColumns(), size.getRows()));
            lines.add(AttributedString.EMPTY); // where the cursor waits
            display.update(lines, size.cursorPos(lines.size() - 1, 0));
        }
        terminal.flush();
    }

    /**
     * Starts over on a screen of the present size. Where the lines of a picture are after a resize
     * differs from terminal to terminal, so the screen is cleared unless nothing was drawn.
     */
    private void begin() {
        var present = terminal.getSize();
        // Some terminals, serial lines for instance, do not know their size.
        size =
                new Size(
                        present.getColumns() > 0 ? present.getColumns() : 80,
                        present.getRows() > 0 ? present.getRows() : 24);
        if (drawn) {
            terminal.puts(Capability.clear_screen);
        }
        drawn = true;
        said.forEach(terminal.writer()::println);
        display = new Display(terminal, false);
        display.resize(size.getRows(), size.getColumns());
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
