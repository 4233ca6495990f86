/** Trains, measures and samples a model on a silo's text. */
@NullMarked
package io.tributary.silo.train;

import org.jspecify.annotations.NullMarked;
