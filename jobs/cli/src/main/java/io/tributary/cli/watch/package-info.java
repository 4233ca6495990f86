/**
 * A federation as an outsider sees it in its log: the view, who feeds it, and how people are shown
 * it.
 */
@NullMarked
package io.tributary.cli.watch;

import org.jspecify.annotations.NullMarked;
