package io.tributary.operators.flink;

import java.util.Objects;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimerService;
import org.jspecify.annotations.Nullable;

/**
 * The one processing-time timer of a key. Setting it takes the one before back: a round leaves none
 * behind.
 */
final class WakeTimer {

    private final ValueState<Long> registered;

    WakeTimer(RuntimeContext runtime) {
        registered = runtime.getState(new ValueStateDescriptor<>("wake-timer", Types.LONG));
    }

    /**
     * @param millis when to fire, epoch milliseconds; null for never
     */
    void set(@Nullable Long millis, TimerService timers) throws Exception {
        var before = registered.value();
        if (Objects.equals(before, millis)) {
            return;
        }
        if (before != null) {
            timers.deleteProcessingTimeTimer(before);
        }
        if (millis == null) {
            registered.clear();
        } else {
            timers.registerProcessingTimeTimer(millis);
            registered.update(millis);
        }
    }

    /** A timer has fired: if it is this one, there is none to take back. */
    void fired(long millis) throws Exception {
        var set = registered.value();
        if (set != null && set == millis) {
            registered.clear();
        }
    }
}
