/** Classical language models over token ids: what a trained model has to beat on held-out text. */
@NullMarked
package io.tributary.cli.baseline;

import org.jspecify.annotations.NullMarked;
