package io.tributary.schemas.wire;

import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.Array;
import java.util.List;
import java.util.function.Function;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Lists and primitive arrays as Avro arrays.
 *
 * <p>A block of an Avro array announces how many elements follow. Every element of our schemas
 * takes at least one byte, so a count above the bytes that are left is refused before memory is
 * taken for it.
 */
final class ArrayCodec implements ValueCodec {

    private final Class<?> component;
    private final ValueCodec elements;
    private final Function<Object, Object> toArray;
    private final Function<Object, Object> fromArray;

    private ArrayCodec(
            Class<?> component,
            ValueCodec elements,
            Function<Object, Object> toArray,
            Function<Object, Object> fromArray) {
        this.component = component;
        this.elements = elements;
        this.toArray = toArray;
        this.fromArray = fromArray;
    }

    /** Immutable lists. */
    static ArrayCodec ofList(ValueCodec elements) {
        return new ArrayCodec(
                Object.class,
                elements,
                list -> ((List<?>) list).toArray(),
                array -> List.of((Object[]) array));
    }

    /** Arrays of a primitive type. */
    static ArrayCodec ofArray(Class<?> component, ValueCodec elements) {
        return new ArrayCodec(component, elements, Function.identity(), Function.identity());
    }

    @Override
    public void write(Object value, Encoder out) throws IOException {
        var array = toArray.apply(value);
        int length = Array.getLength(array);
        out.writeArrayStart();
        out.setItemCount(length);
        for (int i = 0; i < length; i++) {
            out.startItem();
            elements.write(Array.get(array, i), out);
        }
        out.writeArrayEnd();
    }

    @Override
    public Object read(@Nullable Object old, ResolvingDecoder in) throws IOException {
        var array = Array.newInstance(component, 0);
        int length = 0;
        for (long count = in.readArrayStart(); count > 0; count = in.arrayNext()) {
            if (count > in.remainingBytes()) {
                throw new EOFException(
                        "an array announces %s elements where %s bytes are left"
                                .formatted(count, in.remainingBytes()));
            }
            array = withRoom(array, length, length + (int) count);
            for (int i = 0; i < count; i++) {
                Array.set(array, length++, elements.read(null, in));
            }
        }
        return fromArray.apply(resized(array, length));
    }

    /** Doubles at least: an array in blocks of one element must not cost quadratic time. */
    private Object withRoom(Object array, int used, int needed) {
        int capacity = Array.getLength(array);
        return needed <= capacity ? array : resized(array, Math.max(needed, 2 * used));
    }

    private Object resized(Object array, int length) {
        int old = Array.getLength(array);
        if (old == length) {
            return array;
        }
        var copy = Array.newInstance(component, length);
        System.arraycopy(array, 0, copy, 0, Math.min(old, length));
        return copy;
    }
}
