package io.tributary.schemas.model;

import java.io.Serializable;
import java.util.List;

/**
 * A run of tensors that is trained, sent and versioned as a whole, one transformer layer for
 * instance.
 *
 * @param name unique within the layout, without white space
 * @param slot what the block holds
 * @param tensors in the order in which their values are laid out
 */
public record Block(String name, Slot slot, List<TensorSpec> tensors) implements Serializable {

    public long elements() {
        return tensors.stream().mapToLong(TensorSpec::elements).sum();
    }
}
