package io.tributary.schemas.model;

import java.io.Serializable;
import java.util.List;

/**
 * Name and shape of one tensor.
 *
 * @param name unique within the layout, without white space
 * @param shape dimensions, outermost first, each at least 1; empty for a scalar
 */
public record TensorSpec(String name, List<Integer> shape) implements Serializable {

    public long elements() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }
}
