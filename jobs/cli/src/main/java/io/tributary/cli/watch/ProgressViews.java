package io.tributary.cli.watch;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp.Capability;

/** Chooses how progress is shown: drawn in place on a terminal, line by line anywhere else. */
public final class ProgressViews {

    private ProgressViews() {}

    /**
     * The view that suits this process's standard output.
     *
     * @param totalRounds round to end with; 0 if that is not known
     * @param environment environment variables: {@code TERM}, {@code CI} and {@code NO_COLOR} count
     */
    public static ProgressView open(int totalRounds, Map<String, String> environment) {
        return terminal(environment)
                .map(
                        terminal -> {
                            var glyphs = Glyphs.in(terminal.outputEncoding());
                            boolean colours = hasColours(terminal, environment);
                            var frame = new LiveFrame(glyphs, colours, totalRounds);
                            return (ProgressView) new LiveProgress(terminal, frame);
                        })
                .orElseGet(() -> plain(totalRounds));
    }

    /** Line by line, whatever standard output is. */
    public static ProgressView plain(int totalRounds) {
        return new PlainProgress(System.out, totalRounds);
    }

    /** Whether output that is not to be drawn over is wanted, terminal or not. */
    static boolean wantsPlain(Map<String, String> environment) {
        var term = environment.getOrDefault("TERM", "");
        return term.isEmpty()
                || term.equals("dumb")
                || !environment.getOrDefault("CI", "").isEmpty();
    }

    /** See no-color.org: any value but an empty one switches colours off. */
    static boolean wantsColours(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    private static Optional<Terminal> terminal(Map<String, String> environment) {
        if (wantsPlain(environment)) {
            return Optional.empty();
        }
        try {
            var terminal =
                    TerminalBuilder.builder()
                            .system(true)
                            .systemOutput(TerminalBuilder.SystemOutput.SysOut)
                            .dumb(false)
                            // Its handlers would end the process without its shutdown hooks.
                            .nativeSignals(false)
                            .build();
            if (terminal.getStringCapability(Capability.cursor_up) == null) {
                terminal.close();
                return Optional.empty();
            }
            return Optional.of(terminal);
        } catch (IOException | IllegalStateException e) {
            return Optional.empty(); // not a terminal: that is how JLine says so
        }
    }

    private static boolean hasColours(Terminal terminal, Map<String, String> environment) {
        var colours = terminal.getNumericCapability(Capability.max_colors);
        return wantsColours(environment) && colours != null && colours >= 8;
    }
}
