/** From a folder of text to tokens, training batches and held-out windows. */
@NullMarked
package io.tributary.silo.text;

import org.jspecify.annotations.NullMarked;
