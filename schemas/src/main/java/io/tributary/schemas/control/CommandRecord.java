package io.tributary.schemas.control;

import java.io.Serializable;

/**
 * A command with its place on the control topic. Never on the wire itself.
 *
 * @param offset where it is; commands of a model line share one partition
 * @param appendMillis when the broker appended it, epoch milliseconds
 * @param command what is asked for
 */
public record CommandRecord(long offset, long appendMillis, ControlCommand command)
        implements Serializable {}
