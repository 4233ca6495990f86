/** The language model: its shape, its first values, and its forward and backward pass. */
@NullMarked
package io.tributary.silo.model;

import org.jspecify.annotations.NullMarked;
