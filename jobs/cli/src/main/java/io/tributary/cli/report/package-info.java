/** What is left to read when a run has ended: report, closing table, learning curve. */
@NullMarked
package io.tributary.cli.report;

import org.jspecify.annotations.NullMarked;
