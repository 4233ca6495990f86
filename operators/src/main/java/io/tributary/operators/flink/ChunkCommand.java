package io.tributary.operators.flink;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.round.RoundWeights;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision, addressed to the owner of one chunk.
 *
 * @param key the chunk's key
 * @param kind what to do
 * @param version the version it is about
 * @param rule rule the round was planned with for {@code EXPECT}, {@code WITHDRAW} and {@code
 *     ACCEPT}, rule to combine by for {@code CLOSE}, rule of the values for {@code ROLL_BACK} and
 *     {@code REPUBLISH}
 * @param serverOptimizer server optimizer of the round for {@code CLOSE}, of the values for {@code
 *     ROLL_BACK} and {@code REPUBLISH}
 * @param optimizerStep which step of it this is, from 1; for {@code CLOSE}
 * @param foldQuantumExponent grid of the folding rules; for {@code EXPECT}, {@code WITHDRAW},
 *     {@code ACCEPT} and {@code CLOSE}
 * @param finish what the sum of a folding rule is multiplied by; for {@code CLOSE}
 * @param rows the update for {@code EXPECT}, {@code WITHDRAW} and {@code ACCEPT}; the cohort in
 *     silo-id order for {@code CLOSE}
 * @param weights what the rule has made of the cohort; for {@code WEIGH}, and for {@code CLOSE} if
 *     it is known by then; null for a folding rule
 * @param snapshot whether to publish the moments too; for {@code CLOSE} and {@code REPUBLISH}
 * @param codec how to publish the parameters; for {@code CLOSE}, {@code ROLL_BACK} and {@code
 *     REPUBLISH}
 * @param seed values to start from; for {@code SEED} and {@code ROLL_BACK}
 */
public record ChunkCommand(
        ChunkKey key,
        Kind kind,
        int version,
        String rule,
        String serverOptimizer,
        long optimizerStep,
        int foldQuantumExponent,
        double finish,
        List<AcceptedRow> rows,
        @Nullable RoundWeights weights,
        boolean snapshot,
        Codec codec,
        @Nullable ModelChunk seed) {

    public ChunkCommand {
        codec = codec == null ? Codec.F32 : codec; // of state from before there was a choice
    }

    /** What the owner of a chunk can be told. */
    public enum Kind {
        /** Start from these values. */
        SEED,
        /** This update's row counts; no other upload of that silo does. */
        ACCEPT,
        /** Make the version from exactly these rows. */
        CLOSE,
        /** Combine the rows of the version by these weights. */
        WEIGH,
        /** Become this version, made of these values once all of them are there. */
        ROLL_BACK,
        /** Publish the version once more. */
        REPUBLISH,
        /** This update's row is likely to count: a folding rule may add it, for now. */
        EXPECT,
        /** The expected update's row does not count; take it out again. */
        WITHDRAW
    }

    static ChunkCommand seed(ChunkKey key, ModelChunk chunk) {
        return new ChunkCommand(
                key,
                Kind.SEED,
                chunk.version(),
                "",
                "",
                0,
                0,
                1,
                List.of(),
                null,
                false,
                Codec.F32,
                chunk);
    }

    static ChunkCommand rollBack(ChunkKey key, SeedOrder order, ModelChunk chunk) {
        return new ChunkCommand(
                key,
                Kind.ROLL_BACK,
                order.version(),
                order.rule(),
                order.serverOptimizer(),
                0,
                0,
                1,
                List.of(),
                null,
                true,
                order.target().codec(),
                chunk);
    }

    static ChunkCommand weigh(ChunkKey key, RoundWeights weights) {
        return new ChunkCommand(
                key,
                Kind.WEIGH,
                weights.round(),
                "",
                "",
                0,
                0,
                1,
                List.of(),
                weights,
                false,
                Codec.F32,
                null);
    }

    static ChunkCommand republish(ChunkKey key, VersionDraft draft) {
        return new ChunkCommand(
                key,
                Kind.REPUBLISH,
                draft.version(),
                draft.rule(),
                draft.serverOptimizer(),
                0,
                0,
                1,
                List.of(),
                null,
                draft.snapshot(),
                draft.codec(),
                null);
    }
}
