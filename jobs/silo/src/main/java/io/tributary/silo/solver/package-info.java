/** Local optimizers over flat parameter memory, their schedule, and what FedNova divides by. */
@NullMarked
package io.tributary.silo.solver;

import org.jspecify.annotations.NullMarked;
