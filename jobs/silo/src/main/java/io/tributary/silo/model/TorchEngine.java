package io.tributary.silo.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtEngine;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

/** Starts the native engine and gives out memory scopes. */
public final class TorchEngine {

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
            return Engine.getEngine(PtEngine.ENGINE_NAME);
        }
    }
}
