package io.tributary.tests.drill;

import io.tributary.operators.attack.Attack;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/**
 * What silos of a drill make of a round: a function of the seed, the silo, the round and the
 * parameters they start from. Whoever knows these can say what an update must hold without reading
 * it.
 *
 * @param seed root of everything random
 * @param attacker who sends something else
 */
record DrillDeltas(long seed, Attacker attacker) {

    /**
     * What a silo has trained.
     *
     * @param plan names the others, whom an attacker knows
     */
    ParameterBuffer trained(RoundPlan plan, String silo, ParameterBuffer base) {
        var trained = ParameterBuffer.allocate(base.layout());
        for (int chunk = 0; chunk < base.layout().chunkCount(); chunk++) {
            trained.chunk(chunk).put(trained(plan, silo, chunk, values(base, chunk)));
        }
        return trained;
    }

    /** The chunk of the update with it, encoded as the silo does. */
    byte[] payload(RoundPlan plan, String silo, int chunk, ParameterBuffer base) {
        var from = values(base, chunk);
        var to = trained(plan, silo, chunk, from);
        for (int j = 0; j < to.length; j++) {
            to[j] -= from[j];
        }
        return TensorCodec.encode(plan.codec(), FloatBuffer.wrap(to));
    }

    /** What the silo says about its solver: within what the planned steps can be. */
    double normalizer(RoundPlan plan, String silo) {
        int steps = plan.assignment(silo).map(SiloAssignment::localSteps).orElse(1);
        return random(silo, plan.round(), -1).nextInt(1, steps + 1);
    }

    private float[] trained(RoundPlan plan, String silo, int chunk, float[] from) {
        if (!attacker.is(silo)) {
            return honest(plan.round(), silo, chunk, from);
        }
        var others =
                plan.silos().stream()
                        .map(SiloAssignment::silo)
                        .filter(other -> !other.equals(silo))
                        .toList();
        var rows = new float[others.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = honest(plan.round(), others.get(i), chunk, from);
            for (int j = 0; j < from.length; j++) {
                rows[i][j] -= from[j];
            }
        }
        var sent = Attack.parse(attacker.attack()).rows(rows, 1, plan.round())[0];
        var to = from.clone();
        for (int j = 0; j < to.length; j++) {
            to[j] += sent[j];
        }
        return to;
    }

    /** A step towards a place of the silo's own, and noise. */
    private float[] honest(int round, String silo, int chunk, float[] from) {
        var noise = random(silo, round, chunk);
        float centre = (float) random(silo, 0, chunk).nextDouble(-1, 1);
        var to = new float[from.length];
        for (int j = 0; j < to.length; j++) {
            to[j] = from[j] + 0.05f * (centre - from[j]) + 0.01f * (float) noise.nextDouble(-1, 1);
        }
        return to;
    }

    private SplittableRandom random(String silo, int round, int chunk) {
        long key = seed;
        for (long part : new long[] {silo.hashCode(), round, chunk}) {
            key = new SplittableRandom(key ^ part).nextLong();
        }
        return new SplittableRandom(key);
    }

    private static float[] values(ParameterBuffer buffer, int chunk) {
        var view = buffer.chunk(chunk);
        var values = new float[view.remaining()];
        view.get(values);
        return values;
    }

    /** How every plan of a drill wants updates. */
    static final Codec CODEC = Codec.F32;
}
