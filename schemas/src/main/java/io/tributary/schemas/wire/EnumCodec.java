package io.tributary.schemas.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/** Enum constants as Avro enum symbols of the same names; their order may differ. */
final class EnumCodec implements ValueCodec {

    private final int[] positions;
    private final List<Object> constants;

    EnumCodec(Class<?> type, Schema schema, String where) {
        var byOrdinal = Arrays.stream(type.getEnumConstants()).map(c -> (Enum<?>) c).toList();
        var names = byOrdinal.stream().map(Enum::name).collect(Collectors.toList());
        if (!Set.copyOf(names).equals(Set.copyOf(schema.getEnumSymbols()))) {
            throw new IllegalArgumentException(
                    "%s: %s has the constants %s, its schema the symbols %s"
                            .formatted(
                                    where, type.getSimpleName(), names, schema.getEnumSymbols()));
        }
        positions = byOrdinal.stream().mapToInt(c -> schema.getEnumOrdinal(c.name())).toArray();
        constants = new ArrayList<>();
        for (var symbol : schema.getEnumSymbols()) {
            constants.add(byOrdinal.get(names.indexOf(symbol)));
        }
    }

    @Override
    public void write(Object value, Encoder out) throws IOException {
        out.writeEnum(positions[((Enum<?>) value).ordinal()]);
    }

    @Override
    public Object read(@Nullable Object old, ResolvingDecoder in) throws IOException {
        return constants.get(in.readEnum());
    }
}
