package io.tributary.cli.watch;

import io.tributary.schemas.silo.SiloPresence;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a silo's delta lay to the step that the federation took from the same version, as the silo
 * says.
 *
 * @param version the version that the step made
 * @param cosine of the angle between the two, from -1 to 1
 */
public record Alignment(int version, double cosine) {

    /** What a sign of life tells of it; empty if it tells nothing, or no sense. */
    static Optional<Alignment> of(@Nullable SiloPresence presence) {
        return Optional.ofNullable(presence)
                .filter(p -> p.alignedVersion() > 0 && Math.abs(p.alignment()) <= 1)
                .map(p -> new Alignment(p.alignedVersion(), p.alignment()));
    }
}
