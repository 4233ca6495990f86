package io.tributary.operators.flink;

/**
 * What the owner of a chunk remembers of a row besides its values: enough to read it again from its
 * silo's topic.
 *
 * @param partition where its record is; -1 if it has not come yet, or only as a second part
 * @param offset where its record is
 * @param crc32c CRC32C of its payload
 * @param largest largest absolute value of it
 * @param withdrawn whether it is left out, and not kept
 */
public record RowPlace(int partition, long offset, int crc32c, double largest, boolean withdrawn) {

    /** Of a row of which no first part has come yet. */
    static final RowPlace UNKNOWN = new RowPlace(-1, -1, 0, 0, false);

    boolean isKnown() {
        return partition >= 0;
    }

    RowPlace asWithdrawn() {
        return new RowPlace(partition, offset, crc32c, largest, true);
    }

    RowPlace asCounting() {
        return new RowPlace(partition, offset, crc32c, largest, false);
    }
}
