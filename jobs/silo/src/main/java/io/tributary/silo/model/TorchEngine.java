package io.tributary.silo.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtEngine;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** Starts the native engine and gives out memory scopes. */
public final class TorchEngine {

    /** Read by whoever runs native code, written by the exit of the process. */
    private static final ReadWriteLock EXIT = new ReentrantReadWriteLock();

    private static volatile boolean exiting;

    private TorchEngine() {}

    /** Keeps native libraries from fetching or reporting anything, unless the user asks for it. */
    public static void stayOffline() {
        if (System.getProperty("ai.djl.offline") == null) {
            System.setProperty("ai.djl.offline", "true");
        }
    }

    /**
     * Sets how many threads one operation may use on the calling thread and on threads started from
     * now on. Results depend on this number in their last bits. Where silos share cores, one is
     * fastest.
     */
    public static void useThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, got " + threads);
        }
        Holder.start();
        JniUtils.setNumThreads(threads);
    }

    /**
     * Runs native code that must not be under way when the process exits: the library is torn down
     * under it then, and the JVM crashes. Exit waits for it, and from then on nothing new starts.
     *
     * @throws CancellationException if the process is exiting and the thread is interrupted: who
     *     stops a silo in order waits for its threads
     */
    static <T> T run(Supplier<T> nativeCode) {
        enter();
        try {
            return nativeCode.get();
        } finally {
            EXIT.readLock().unlock();
        }
    }

    private static void enter() {
        boolean interrupted = false;
        while (true) {
            try {
                EXIT.readLock().lockInterruptibly();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                if (exiting) {
                    Thread.currentThread().interrupt();
                    throw new CancellationException("the process is exiting");
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void exit() {
        exiting = true;
        EXIT.writeLock().lock();
    }

    /** A scope for native arrays: closing it frees all of them. */
    static PtNDManager newManager() {
        return (PtNDManager) Holder.start().newBaseManager(Device.cpu());
    }

    private static final class Holder {

        private static final Engine ENGINE = load();

        static Engine start() {
            return ENGINE;
        }

        private static Engine load() {
            stayOffline();
            if (System.getProperty("ai.djl.pytorch.num_threads") == null) {
                System.setProperty("ai.djl.pytorch.num_threads", "1");
            }
            var engine = Engine.getEngine(PtEngine.ENGINE_NAME);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(TorchEngine::exit, "native-code-at-exit"));
            return engine;
        }
    }
}
