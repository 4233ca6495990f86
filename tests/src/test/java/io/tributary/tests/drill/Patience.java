package io.tributary.tests.drill;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for something, but not for ever. */
final class Patience {

    private static final CountDownLatch NEVER = new CountDownLatch(1);
    private static final long LOOK_MILLIS = 100;

    private Patience() {}

    /** Something to wait for; a failure counts as no. */
    static boolean await(Duration longest, Callable<Boolean> condition) {
        long end = System.nanoTime() + longest.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > end) {
                return false;
            }
            pause(Duration.ofMillis(LOOK_MILLIS));
        }
        return true;
    }

    /**
     * @throws StalledException if it does not come about, naming it
     */
    static void require(String what, Duration longest, Callable<Boolean> condition)
            throws StalledException {
        if (!await(longest, condition)) {
            throw new StalledException("%s did not happen within %s s", what, longest.toSeconds());
        }
    }

    static void pause(Duration time) {
        try {
            boolean unused = NEVER.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        }
    }

    private static boolean holds(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (Interrupted e) {
            throw e;
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        } catch (Exception e) {
            return false; // what is waited for is often that something can be reached again
        }
    }
}
