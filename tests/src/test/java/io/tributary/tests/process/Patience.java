package io.tributary.tests.process;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits for something, but not for ever. */
public final class Patience {

    private static final CountDownLatch NEVER = new CountDownLatch(1);
    private static final long LOOK_MILLIS = 100;

    private Patience() {}

    /**
     * Waits for a condition. A failure to look counts as "not yet", because what is waited for is
     * often that something can be reached again; but a {@link StalledException} says that waiting
     * is of no use, and ends it.
     *
     * @throws StalledException if it does not come about, naming it and what stood in its way last
     */
    public static void require(String what, Duration longest, Callable<Boolean> condition)
            throws StalledException {
        long end = System.nanoTime() + longest.toNanos();
        while (true) {
            Exception failure = null;
            try {
                if (condition.call()) {
                    return;
                }
            } catch (Interrupted | StalledException e) {
                throw e;
            } catch (InterruptedException e) {
                throw new Interrupted(e);
            } catch (Exception e) {
                failure = e;
            }
            if (System.nanoTime() > end) {
                throw stalled(what, longest, failure);
            }
            pause(Duration.ofMillis(LOOK_MILLIS));
        }
    }

    private static StalledException stalled(
            String what, Duration longest, @Nullable Exception failure) {
        var sentence = "%s did not happen within %s s".formatted(what, longest.toSeconds());
        return new StalledException(
                failure == null ? sentence : "%s: %s".formatted(sentence, reason(failure)),
                failure);
    }

    private static String reason(Exception failure) {
        Throwable told = failure;
        while (told instanceof ExecutionException && told.getCause() != null) {
            told = told.getCause();
        }
        var message = told.getMessage();
        return message == null ? told.getClass().getSimpleName() : message;
    }

    public static void pause(Duration time) {
        try {
            boolean unused = NEVER.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        }
    }
}
