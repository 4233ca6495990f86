package io.tributary.tests.bench.pipeline;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What a JVM of this user takes: processor, memory, and how much of its heap is alive. */
final class ProcessProbe implements AutoCloseable {

    /** Of operators, by Flink's reporter to JMX. */
    private static final String GAUGES =
            "org.apache.flink.taskmanager.job.task.operator.tributary.";

    private final String name;
    private final ProcessHandle process;
    private final JMXConnector connector;
    private final MemoryMXBean memory;

    private ProcessProbe(
            String name, ProcessHandle process, JMXConnector connector, MemoryMXBean memory) {
        this.name = name;
        this.process = process;
        this.connector = connector;
        this.memory = memory;
    }

    /**
     * @throws IOException if the process cannot be looked into
     */
    static ProcessProbe of(String name, long pid) throws IOException {
        VirtualMachine machine;
        try {
            machine = VirtualMachine.attach(String.valueOf(pid));
        } catch (AttachNotSupportedException e) {
            throw new IOException("cannot look into the process of " + name, e);
        }
        String address;
        try {
            address = machine.startLocalManagementAgent();
        } finally {
            machine.detach();
        }
        var connector = JMXConnectorFactory.connect(new JMXServiceURL(address));
        var memory =
                ManagementFactory.newPlatformMXBeanProxy(
                        connector.getMBeanServerConnection(),
                        ManagementFactory.MEMORY_MXBEAN_NAME,
                        MemoryMXBean.class);
        return new ProcessProbe(name, ProcessHandle.of(pid).orElseThrow(), connector, memory);
    }

    String name() {
        return name;
    }

    /** Processor time that it has used so far. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    /** Collects the garbage of its heap, and returns what is left, bytes. */
    long liveHeapBytes() {
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    /** Memory that it has beside its heap; 0 where the operating system does not say. */
    long nativeBytes() {
        return Math.max(0, rssBytes() - memory.getHeapMemoryUsage().getCommitted());
    }

    /** Most memory it has had so far, bytes; 0 where the operating system does not say. */
    long peakRssBytes() {
        return status("VmHWM:");
    }

    /** Memory it has, bytes; 0 where the operating system does not say. */
    private long rssBytes() {
        return status("VmRSS:");
    }

    /** Files it holds open; 0 where the operating system does not say. */
    long openFiles() {
        var folder = Path.of("/proc", String.valueOf(process.pid()), "fd");
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (var files = Files.list(folder)) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot count the open files of " + name, e);
        }
    }

    private long status(String field) {
        var file = Path.of("/proc", String.valueOf(process.pid()), "status");
        if (!Files.exists(file)) {
            return 0;
        }
        try {
            for (var line : Files.readAllLines(file)) {
                if (line.startsWith(field)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the memory of " + name, e);
        }
    }

    /**
     * A gauge of the job, by the index of the task that has it.
     *
     * @param name without its group, {@code stepSeconds} for instance
     */
    Map<String, Double> gauges(String name) {
        var gauges = new HashMap<String, Double>();
        try {
            var connection = connector.getMBeanServerConnection();
            for (var bean : connection.queryNames(new ObjectName(GAUGES + name + ":*"), null)) {
                var value = (double) connection.getAttribute(bean, "Value");
                gauges.put(bean.getKeyProperty("subtask_index"), value);
            }
            return gauges;
        } catch (IOException | JMException e) {
            throw new IllegalStateException(
                    "cannot read the metric %s of %s".formatted(name, this.name), e);
        }
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
