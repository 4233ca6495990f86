package io.tributary.operators.figures;

import io.tributary.schemas.model.ModelVersion;
import org.jspecify.annotations.Nullable;

/**
 * A version that can be read whole.
 *
 * @param version version number
 * @param appendMillis when the broker appended its manifest, epoch milliseconds
 * @param step how it was made; null if it was given (a genesis, a roll-back)
 */
public record VersionFigures(int version, long appendMillis, @Nullable StepFigures step) {

    /**
     * @param appendMillis when the broker appended this manifest, epoch milliseconds; readers see
     *     it when the transaction is committed, which is later
     * @param readableMillis when the version was read back whole, epoch milliseconds
     */
    public static VersionFigures of(ModelVersion manifest, long appendMillis, long readableMillis) {
        var step = StepFigures.of(manifest, readableMillis).orElse(null);
        return new VersionFigures(manifest.version(), appendMillis, step);
    }
}
