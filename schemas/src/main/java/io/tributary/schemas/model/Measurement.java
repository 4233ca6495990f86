package io.tributary.schemas.model;

import java.io.Serializable;

/**
 * A named figure.
 *
 * @param name stable, with its unit where it has one, e.g. {@code update-norm}
 * @param value the figure
 */
public record Measurement(String name, double value) implements Serializable {}
