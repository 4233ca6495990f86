package io.tributary.cli;

import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.model.Architecture;

/**
 * A version with its parameters.
 *
 * @param version its manifest
 * @param parameters its values; read only
 */
public record PublishedModel(ModelVersion version, ParameterBuffer parameters) {

    /** Sizes of the model. */
    public Architecture architecture() {
        return Architecture.fromJson(version.architecture());
    }
}
