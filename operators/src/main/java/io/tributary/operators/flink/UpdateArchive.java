package io.tributary.operators.flink;

import io.tributary.schemas.update.UpdateChunk;
import java.io.Serializable;

/** What silos have sent, as far as it can still be read. */
@FunctionalInterface
public interface UpdateArchive extends Serializable {

    /** Reads single rows. Operators ask while records and checkpoints wait. Not thread-safe. */
    interface Reader extends AutoCloseable {

        /**
         * Reads a row once more.
         *
         * @param place where it was read before
         * @throws IllegalStateException if it is not there any more; names silo, topic, partition
         *     and offset, and says how to go on
         */
        UpdateChunk read(RowKey row, RowPlace place);

        @Override
        void close();
    }

    /** Opens a reader; whoever opens it closes it. */
    Reader open();
}
