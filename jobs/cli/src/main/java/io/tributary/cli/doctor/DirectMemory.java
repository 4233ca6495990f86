package io.tributary.cli.doctor;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;

/** Memory outside of the heap, where models and updates are held. */
public final class DirectMemory {

    private static final String OPTION = "MaxDirectMemorySize";

    private DirectMemory() {}

    /**
     * The most that this JVM takes: what {@code -XX:MaxDirectMemorySize} says; without it, when the
     * option is shown as 0, as much as the heap may have.
     */
    public static long mostBytes() {
        var hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        var option = hotSpot == null ? null : hotSpot.getVMOption(OPTION);
        return option == null || option.getOrigin() == VMOption.Origin.DEFAULT
                ? Runtime.getRuntime().maxMemory()
                : Long.parseLong(option.getValue());
    }
}
