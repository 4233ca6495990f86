package io.tributary.operators.flink;

import io.tributary.schemas.update.UpdateChunk;
import java.util.HashMap;
import java.util.Map;

/** Rows that were sent and can be read again, and how often they were. */
final class SentRows implements UpdateArchive {

    /** For stories in which nothing is ever read again. */
    static final SentRows NONE = new SentRows();

    private static final long serialVersionUID = 1;

    private record At(String silo, int partition, long offset) {}

    private final transient Map<At, UpdateChunk> rows = new HashMap<>();
    private int reads;
    private int open;

    /** It lies on the log from now on. */
    ChunkRow sent(ChunkRow row) {
        rows.put(new At(row.silo(), row.partition(), row.offset()), row.chunk());
        return row;
    }

    int reads() {
        return reads;
    }

    /** Readers that nobody has closed yet. */
    int unclosed() {
        return open;
    }

    @Override
    public Reader open() {
        open++;
        return new Reader() {
            @Override
            public UpdateChunk read(RowKey row, RowPlace place) {
                reads++;
                var found = rows.get(new At(row.silo(), place.partition(), place.offset()));
                if (found == null) {
                    throw new IllegalStateException("the row of " + row.silo() + " is gone");
                }
                return found;
            }

            @Override
            public void close() {
                open--;
            }
        };
    }
}
