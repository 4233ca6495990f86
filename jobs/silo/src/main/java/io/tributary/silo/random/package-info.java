/** Random numbers that are the same on every machine and every Java version. */
@NullMarked
package io.tributary.silo.random;

import org.jspecify.annotations.NullMarked;
