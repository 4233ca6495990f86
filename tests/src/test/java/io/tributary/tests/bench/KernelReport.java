package io.tributary.tests.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Everything that was measured, as JSON; times in seconds. */
final class KernelReport {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private KernelReport() {}

    /**
     * @throws UncheckedIOException if the file cannot be written
     */
    static void write(Map<KernelCase, Outcome> outcomes, KernelSuite suite, Path file) {
        try {
            var parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(file, MAPPER.writeValueAsString(of(outcomes, suite)) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the report to %s".formatted(file), e);
        }
    }

    static ObjectNode of(Map<KernelCase, Outcome> outcomes, KernelSuite suite) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("java", System.getProperty("java.vm.version"));
        json.put("vectorApi", suite.vectorApi());
        json.put("processors", Runtime.getRuntime().availableProcessors());
        json.put("warmups", suite.effort().warmups());
        json.put("measurements", suite.effort().measurements());
        var cases = json.putArray("cases");
        outcomes.forEach((kernel, outcome) -> add(cases.addObject(), kernel, outcome));
        return json;
    }

    private static void add(ObjectNode json, KernelCase kernel, Outcome outcome) {
        json.put("rule", kernel.rule());
        json.put("input", kernel.input().toString());
        json.put("silos", kernel.silos());
        json.put("coordinates", kernel.coordinates());
        json.put("bytes", kernel.bytes());
        json.put("threads", kernel.threads());
        json.put("status", outcome.status());
        if (outcome instanceof Outcome.Measured measured) {
            double cpu = measured.medianCpuSeconds();
            json.put("cpuSeconds", cpu);
            json.put("readSeconds", measured.medianReadSeconds());
            json.put("timesRead", measured.timesRead());
            json.put("gigabytesPerSecond", kernel.bytes() / cpu / 1e9);
            json.put("wallSeconds", Outcome.median(measured.wallSeconds()));
            json.put("otherCpuSeconds", measured.meanOtherSeconds());
            if (kernel.requiredCpuSeconds() != null) {
                json.put("requiredCpuSeconds", kernel.requiredCpuSeconds());
                json.put("met", cpu <= kernel.requiredCpuSeconds());
            }
            samples(json, "cpuSamples", measured.cpuSeconds());
            samples(json, "readSamples", measured.readSeconds());
        } else if (outcome instanceof Outcome.Scaled scaled) {
            json.put("gain", scaled.gain());
            json.put("gainByCpu", scaled.gainByCpu());
            json.put("met", scaled.gain() >= KernelTable.REQUIRED_GAIN);
            samples(json, "oneThreadWallSamples", scaled.oneThreadSeconds());
            samples(json, "manyThreadsWallSamples", scaled.manyThreadsSeconds());
            samples(json, "oneThreadCpuSamples", scaled.oneThreadCpuSeconds());
            samples(json, "manyThreadsCpuSamples", scaled.manyThreadsCpuSeconds());
        } else if (outcome instanceof Outcome.Unmeasured unmeasured) {
            json.put("reason", unmeasured.reason());
        }
    }

    private static void samples(ObjectNode json, String name, double[] values) {
        var array = json.putArray(name);
        for (double value : values) {
            array.add(value);
        }
    }
}
