/** What {@code tributary doctor} looks at besides what every start of the job does. */
@NullMarked
package io.tributary.cli.doctor;

import org.jspecify.annotations.NullMarked;
