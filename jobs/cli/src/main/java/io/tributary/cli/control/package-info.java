/** What operators write to a running federation, read before it is sent. */
@NullMarked
package io.tributary.cli.control;

import org.jspecify.annotations.NullMarked;
