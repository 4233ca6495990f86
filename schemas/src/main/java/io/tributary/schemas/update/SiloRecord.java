package io.tributary.schemas.update;

/**
 * A raw record of a silo's update topic, as read from the log and before anything of it is trusted.
 * Never on the wire itself.
 *
 * @param silo the silo whose topic it came from: its identity
 * @param partition partition
 * @param offset offset
 * @param appendMillis when the broker appended it, epoch milliseconds
 * @param value the undecoded value; never written to
 */
public record SiloRecord(
        String silo, int partition, long offset, long appendMillis, byte[] value) {}
