/** Compares ways in which rounds can follow each other, where one silo is slow. */
@NullMarked
package io.tributary.cli.pace;

import org.jspecify.annotations.NullMarked;
