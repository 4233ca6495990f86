package io.tributary.operators.kernel;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.TensorCodec;
import java.util.List;

/**
 * Rows as they came: encoded, each in its own codec, and decoded piece by piece where they are
 * read.
 *
 * @param encoded at least one row
 * @param length values in each row
 */
public record EncodedRows(List<Row> encoded, int length) implements RowSource {

    /**
     * One encoded row.
     *
     * @param payload read only
     */
    public record Row(Codec codec, byte[] payload) {}

    public EncodedRows {
        encoded = List.copyOf(encoded);
        checkArgument(!encoded.isEmpty(), "a matrix needs at least 1 row");
        for (int i = 0; i < encoded.size(); i++) {
            var row = encoded.get(i);
            checkArgument(
                    row.payload().length == row.codec().encodedBytes(length),
                    "row %s has %s bytes, which is not %s values in %s",
                    i,
                    row.payload().length,
                    length,
                    row.codec().lowerCaseName());
        }
    }

    @Override
    public int rows() {
        return encoded.size();
    }

    @Override
    public void read(int row, int from, int count, float[] target) {
        var source = encoded.get(row);
        TensorCodec.decode(source.codec(), source.payload(), from, count, target, 0);
    }
}
