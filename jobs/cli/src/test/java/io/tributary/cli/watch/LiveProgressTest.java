package io.tributary.cli.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveProgressTest {

    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private Terminal terminal;
    private LiveProgress progress;

    @BeforeEach
    void open() throws IOException {
        terminal =
                new LineDisciplineTerminal(
                        "test", "xterm", screen, UTF_8, Terminal.SignalHandler.SIG_DFL);
        terminal.setSize(new Size(80, 24));
        progress = new LiveProgress(terminal, new LiveFrame(Glyphs.UNICODE, false, 3));
    }

    @Test
    void theTerminalIsLeftAsItWasFound() {
        assertThat(written()).contains(HIDE_CURSOR);
        assertThat(echo()).isFalse();

        progress.close();

        assertThat(written()).contains(SHOW_CURSOR);
        assertThat(echo()).isTrue();
        int length = screen.size();
        progress.say("after the end");
        progress.show(new ScriptedFederation().snapshot());
        progress.close();
        assertThat(screen.size()).isEqualTo(length);
    }

    @Test
    void onlyWhatChangedIsDrawn() throws InterruptedException {
        var scripted = new ScriptedFederation();
        scripted.run(1, progress::show);
        int before = screen.size();
        progress.show(scripted.snapshot());
        progress.show(scripted.snapshot());

        assertThat(screen.size() - before).isLessThan(40);
    }

    @Test
    void whatIsSaidStaysAboveThePicture() {
        progress.say("first");
        progress.show(new ScriptedFederation().snapshot());
        progress.say("second\u001b[2J");

        assertThat(written()).contains("first", "second [2J").doesNotContain("\u001b[2J");
        assertThat(written().lastIndexOf("Tributary")).isGreaterThan(written().indexOf("second"));
    }

    @Test
    void aResizeStartsOverAndKeepsWhatWasSaid() {
        progress.say("first");
        progress.show(new ScriptedFederation().snapshot());
        int before = written().length();
        terminal.setSize(new Size(60, 20));
        terminal.raise(Terminal.Signal.WINCH);
        progress.show(new ScriptedFederation().snapshot());

        assertThat(written().substring(before)).contains("first", "Tributary");
    }

    private boolean echo() {
        return terminal.getAttributes().getLocalFlag(Attributes.LocalFlag.ECHO);
    }

    private String written() {
        return screen.toString(UTF_8);
    }
}
