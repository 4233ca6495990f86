package io.tributary.operators.privacy;

import static io.tributary.operators.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.operators.rule.NoiseSource;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a federation needs for rules that add noise.
 *
 * @param secret what the noise is drawn with; known to the job alone, or whoever reads the
 *     published plans could take the noise off again. Null where no rule adds noise
 * @param delta the probability of a worse loss of privacy that the reported epsilon leaves out
 */
public record NoiseSettings(@Nullable String secret, double delta) implements Serializable {

    /** No secret: rules that add noise are refused. */
    public static final NoiseSettings NONE = new NoiseSettings(null, 1e-5);

    public NoiseSettings {
        checkArgument(
                delta > 0 && delta < 1,
                "the delta of the privacy loss must be in (0, 1), got %s",
                delta);
        if (secret != null) {
            var unused = new SecretNoise(secret.getBytes(UTF_8), "");
        }
    }

    /** The noise of one model line; null without a secret. */
    public @Nullable NoiseSource source(String model) {
        return secret == null ? null : new SecretNoise(secret.getBytes(UTF_8), model);
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "NoiseSettings[secret=%s, delta=%s]"
                .formatted(secret == null ? "none" : "hidden", delta);
    }
}
