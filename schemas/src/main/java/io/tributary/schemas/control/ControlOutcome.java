package io.tributary.schemas.control;

import java.io.Serializable;

/**
 * What became of an operator's command.
 *
 * @param model name of the model line
 * @param offset offset of the command on the control topic
 * @param applied whether it took effect; a refused one changes nothing
 * @param detail one sentence for people: what it changed, or why it was refused
 * @param round first round that it concerns
 * @param decidedMillis when this was decided, epoch milliseconds
 */
public record ControlOutcome(
        String model, long offset, boolean applied, String detail, int round, long decidedMillis)
        implements Serializable {}
