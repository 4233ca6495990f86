/**
 * The texts of the demo: four different kinds of real text, cut from the pinned artifacts that the
 * build fetches, the same bytes on every machine.
 */
@NullMarked
package io.tributary.cli.corpus;

import org.jspecify.annotations.NullMarked;
