/** Models as files that other tools read. */
@NullMarked
package io.tributary.silo.export;

import org.jspecify.annotations.NullMarked;
