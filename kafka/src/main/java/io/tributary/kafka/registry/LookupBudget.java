package io.tributary.kafka.registry;

import java.util.HashMap;
import java.util.Map;

/**
 * How many numbers that nobody knows a registry is asked about, for the sake of one origin: some at
 * once, and then one every while. An honest writer has a number for each of its record types, and
 * new ones when it is upgraded; one that makes numbers up soon asks for nothing. Not thread-safe.
 */
final class LookupBudget {

    /** Lookups at once: all of a silo's record types, in half a dozen versions. */
    static final int AT_ONCE = 32;

    /** And one more after so long. */
    static final long REFILL_NANOS = 60_000_000_000L;

    private record Account(double left, long nanos) {}

    private final Map<String, Account> accounts = new HashMap<>();

    /**
     * Takes a lookup, if one is left.
     *
     * @param nanos the time now, on a clock that only goes on
     */
    boolean take(String origin, long nanos) {
        var before = accounts.getOrDefault(origin, new Account(AT_ONCE, nanos));
        double refilled = (double) (nanos - before.nanos()) / REFILL_NANOS;
        double left = Math.min(AT_ONCE, before.left() + refilled);
        boolean granted = left >= 1;
        accounts.put(origin, new Account(granted ? left - 1 : left, nanos));
        return granted;
    }

    /** Takes a lookup back that came to nothing: the registry could not be asked. */
    void giveBack(String origin) {
        accounts.computeIfPresent(
                origin,
                (key, account) ->
                        new Account(Math.min(AT_ONCE, account.left() + 1), account.nanos()));
    }
}
