package io.tributary.schemas.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of a whole model in memory: one direct little-endian f32 buffer per block, so that a
 * native trainer reads and writes the same bytes the network does, and no single buffer limits the
 * model's size (a block may hold up to 2 GiB).
 *
 * <p>Not thread-safe; the views share memory with this object.
 */
public final class ParameterBuffer {

    private final ModelLayout layout;
    private final List<ChunkSpan> chunks;
    private final List<Long> blockStarts = new ArrayList<>();
    private final List<ByteBuffer> blocks = new ArrayList<>();
    private final Map<String, TensorPlace> tensors = new HashMap<>();

    private record TensorPlace(int block, int firstElement, int elements) {}

    private ParameterBuffer(ModelLayout layout) {
        this.layout = layout;
        this.chunks = layout.chunks();
        long start = 0;
        for (int b = 0; b < layout.blocks().size(); b++) {
            var block = layout.blocks().get(b);
            int bytes = Math.toIntExact(Math.multiplyExact(block.elements(), Float.BYTES));
            blocks.add(ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN));
            blockStarts.add(start);
            start += block.elements();
            int first = 0;
            for (var tensor : block.tensors()) {
                int elements = Math.toIntExact(tensor.elements());
                tensors.put(tensor.name(), new TensorPlace(b, first, elements));
                first += elements;
            }
        }
    }

    /** A model of zeros. */
    public static ParameterBuffer allocate(ModelLayout layout) {
        return new ParameterBuffer(layout);
    }

    public ModelLayout layout() {
        return layout;
    }

    /** A writable view of one chunk's values. */
    public FloatBuffer chunk(int chunk) {
        var span = chunks.get(chunk);
        int first = Math.toIntExact(span.offset() - blockStarts.get(span.block()));
        return bytes(span.block(), first, span.elements()).asFloatBuffer();
    }

    /**
     * A writable little-endian view of one tensor's values.
     *
     * @throws IllegalArgumentException if the layout has no such tensor
     */
    public ByteBuffer tensor(String name) {
        var place = tensors.get(name);
        if (place == null) {
            throw new IllegalArgumentException("the layout has no tensor named " + name);
        }
        return bytes(place.block(), place.firstElement(), place.elements());
    }

    /** A writable little-endian view of one block's values. */
    public ByteBuffer block(int block) {
        return blocks.get(block).duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Copies all values of another buffer of the same layout. */
    public void copyFrom(ParameterBuffer other) {
        if (!other.layout.equals(layout)) {
            throw new IllegalArgumentException("cannot copy between models of different layouts");
        }
        for (int b = 0; b < blocks.size(); b++) {
            block(b).put(other.block(b));
        }
    }

    private ByteBuffer bytes(int block, int firstElement, int elements) {
        return blocks.get(block)
                .slice(firstElement * Float.BYTES, elements * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
