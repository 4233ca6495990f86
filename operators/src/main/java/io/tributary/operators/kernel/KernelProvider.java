package io.tributary.operators.kernel;

import java.lang.reflect.InvocationTargetException;

/**
 * Chooses the kernels once, when they are first needed: those on the Vector API if the JVM was
 * started with {@code --add-modules jdk.incubator.vector}, else plain Java; {@code
 * -Dtributary.kernels=plain} forces the latter.
 */
public final class KernelProvider {

    static final String PROPERTY = "tributary.kernels";

    private static final String MODULE = "jdk.incubator.vector";

    private static final Kernels CHOSEN = choose();

    private KernelProvider() {}

    static Kernels kernels() {
        return CHOSEN;
    }

    /** {@code vector} or {@code plain}. */
    public static String name() {
        return CHOSEN instanceof PlainKernels ? "plain" : "vector";
    }

    private static Kernels choose() {
        boolean plain = "plain".equals(System.getProperty(PROPERTY));
        return plain || ModuleLayer.boot().findModule(MODULE).isEmpty()
                ? new PlainKernels()
                : vector();
    }

    /** By name: no class that is loaded without the module may link to it. */
    private static Kernels vector() {
        try {
            var type = Class.forName(KernelProvider.class.getPackageName() + ".VectorKernels");
            boolean usable = (boolean) type.getDeclaredMethod("isUsable").invoke(null);
            return usable
                    ? (Kernels) type.getDeclaredConstructor().newInstance()
                    : new PlainKernels();
        } catch (LinkageError e) {
            return new PlainKernels(); // a JVM whose vectors are switched off
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(
                    "the kernels on the Vector API do not start; run with -D" + PROPERTY + "=plain",
                    e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the kernels on the Vector API are missing", e);
        }
    }
}
