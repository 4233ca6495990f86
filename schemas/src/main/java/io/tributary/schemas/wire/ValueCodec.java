package io.tributary.schemas.wire;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/** Writes and reads the values of one Java type as one Avro schema. */
interface ValueCodec {

    void write(Object value, Encoder out) throws IOException;

    /**
     * @param old a value nobody needs any more, whose memory may be taken for the new one; null if
     *     there is none
     */
    Object read(@Nullable Object old, ResolvingDecoder in) throws IOException;

    /**
     * The codec for a Java type: a string, number, boolean, enum, {@code byte[]}, {@code int[]},
     * {@code long[]}, {@code double[]}, list of such, or record of such.
     *
     * @param where the record component, for errors
     * @throws IllegalArgumentException if there is none, or the schema is not the type's
     */
    static ValueCodec of(Type type, Schema schema, String where) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            require(schema, Schema.Type.ARRAY, type, where);
            return ArrayCodec.ofList(
                    of(generic.getActualTypeArguments()[0], schema.getElementType(), where + "[]"));
        }
        if (type instanceof Class<?> javaClass) {
            if (javaClass.isEnum()) {
                require(schema, Schema.Type.ENUM, type, where);
                return new EnumCodec(javaClass, schema, where);
            }
            if (javaClass.isRecord()) {
                require(schema, Schema.Type.RECORD, type, where);
                return new RecordValueCodec(javaClass, schema, where);
            }
            var scalar = ScalarCodec.of(javaClass);
            if (scalar != null) {
                require(schema, scalar.avroType(), type, where);
                return scalar;
            }
            if (javaClass.isArray() && javaClass.getComponentType().isPrimitive()) {
                require(schema, Schema.Type.ARRAY, type, where);
                var component = javaClass.getComponentType();
                return ArrayCodec.ofArray(
                        component, of(component, schema.getElementType(), where + "[]"));
            }
        }
        throw new IllegalArgumentException(
                "%s has type %s, which has no Avro counterpart here"
                        .formatted(where, type.getTypeName()));
    }

    private static void require(Schema schema, Schema.Type expected, Type type, String where) {
        if (schema.getType() != expected) {
            throw new IllegalArgumentException(
                    "%s has type %s: its schema must be %s, found %s"
                            .formatted(
                                    where,
                                    type.getTypeName(),
                                    expected.getName(),
                                    schema.getType().getName()));
        }
    }
}
