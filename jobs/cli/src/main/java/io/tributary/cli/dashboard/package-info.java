/** The live page: a web server that shows what an observer of the federation's log sees. */
@NullMarked
package io.tributary.cli.dashboard;

import org.jspecify.annotations.NullMarked;
