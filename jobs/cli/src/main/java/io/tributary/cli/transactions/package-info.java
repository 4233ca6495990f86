/** Open transactions as people and scripts are shown them, and which of them are meant. */
@NullMarked
package io.tributary.cli.transactions;

import org.jspecify.annotations.NullMarked;
