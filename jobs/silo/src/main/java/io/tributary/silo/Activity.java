package io.tributary.silo;

import io.tributary.schemas.silo.SiloPresence.Phase;

/**
 * What a silo is doing at the moment.
 *
 * @param phase phase
 * @param model model it works on; empty when idle
 * @param round round it works on; 0 when there is none
 * @param step local steps done
 * @param steps local steps planned
 * @param tokensPerSecond training speed; 0 when not training
 */
record Activity(Phase phase, String model, int round, int step, int steps, double tokensPerSecond) {

    static final Activity IDLE = new Activity(Phase.IDLE, "", 0, 0, 0, 0);

    static Activity of(Phase phase, String model, int round) {
        return new Activity(phase, model, round, 0, 0, 0);
    }
}
