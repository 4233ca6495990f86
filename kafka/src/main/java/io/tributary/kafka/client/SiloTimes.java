package io.tributary.kafka.client;

import java.time.Duration;

/**
 * The times a silo keeps to, which the job's times have to go with.
 *
 * @param heartbeat time between two signs of life
 * @param uploadTimeout longest time an upload may take, and so a dead silo's transaction may stay
 *     open; at most the broker's {@code transaction.max.timeout.ms}
 */
public record SiloTimes(Duration heartbeat, Duration uploadTimeout) {

    /** What silos keep to unless they are told otherwise. */
    public static final SiloTimes DEFAULT =
            new SiloTimes(Duration.ofSeconds(3), Duration.ofMinutes(10));
}
