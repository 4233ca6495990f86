package io.tributary.tests.bench;

import java.io.IOException;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * What JMH and its JVMs print, kept for the case that something fails; it would drown the table.
 */
final class RunLog implements OutputFormat {

    /**
     * Lines that name a fault: an exception's, the JVM's when it cannot start, JMH's when it died.
     */
    private static final Pattern FAULT =
            Pattern.compile(
                    "(?m)^(?:Caused by: |\\s*<)?"
                            + "((?:[\\w.$]+(?:Exception|Error)\\b|Error:|Error occurred"
                            + "|forked VM failed)[^>\n]*)");

    private final StringBuilder text = new StringBuilder();
    private final Runnable onIteration;

    RunLog(Runnable onIteration) {
        this.onIteration = onIteration;
    }

    /** The first line that names a fault, if any does. */
    Optional<String> fault() {
        var matcher = FAULT.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
    }

    @Override
    public void iteration(BenchmarkParams benchmark, IterationParams iteration, int number) {
        onIteration.run();
    }

    @Override
    public void iterationResult(
            BenchmarkParams benchmark,
            IterationParams iteration,
            int number,
            IterationResult result) {}

    @Override
    public void startBenchmark(BenchmarkParams benchmark) {}

    @Override
    public void endBenchmark(BenchmarkResult result) {}

    @Override
    public void startRun() {}

    @Override
    public void endRun(Collection<RunResult> results) {}

    @Override
    public void print(String printed) {
        text.append(printed);
    }

    @Override
    public void println(String printed) {
        text.append(printed).append('\n');
    }

    @Override
    public void verbosePrintln(String printed) {}

    @Override
    public void write(int printed) {
        text.append((char) printed);
    }

    @Override
    public void write(byte[] printed) throws IOException {
        text.append(new String(printed, Charset.defaultCharset()));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
