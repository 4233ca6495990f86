package io.tributary.schemas.wire;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/** Java records as Avro records; components and fields are matched by name. */
final class RecordValueCodec implements ValueCodec {

    private record Field(String name, int component, Method accessor, ValueCodec codec) {}

    private final Class<?> type;
    private final Constructor<?> constructor;
    private final List<Field> fields = new ArrayList<>();

    RecordValueCodec(Class<?> type, Schema schema, String where) {
        this.type = type;
        var components = Arrays.asList(type.getRecordComponents());
        var componentNames = components.stream().map(RecordComponent::getName).toList();
        requireSameNames(componentNames, schema, where);
        for (var field : schema.getFields()) {
            int index = componentNames.indexOf(field.name());
            var component = components.get(index);
            var codec =
                    ValueCodec.of(
                            component.getGenericType(), field.schema(), where + "." + field.name());
            fields.add(new Field(field.name(), index, component.getAccessor(), codec));
        }
        var parameters = components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            constructor = type.getConstructor(parameters);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(
                    "%s: the record %s must be public".formatted(where, type.getName()), e);
        }
    }

    @Override
    public void write(Object value, Encoder out) throws IOException {
        for (var field : fields) {
            var component = get(field, value);
            if (component == null) {
                throw new IllegalArgumentException(
                        "%s.%s is null; every field of a record has a value"
                                .formatted(type.getSimpleName(), field.name()));
            }
            field.codec().write(component, out);
        }
    }

    @Override
    public Object read(@Nullable Object old, ResolvingDecoder in) throws IOException {
        boolean reuses = type.isInstance(old);
        var arguments = new Object[fields.size()];
        for (var written : in.readFieldOrder()) {
            var field = fields.get(written.pos());
            var component = reuses ? get(field, old) : null;
            arguments[field.component()] = field.codec().read(component, in);
        }
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot construct " + type.getName(), e);
        }
    }

    private static Object get(Field field, Object value) {
        try {
            return field.accessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + field.accessor(), e);
        }
    }

    private static void requireSameNames(List<String> components, Schema schema, String where) {
        var withoutField = new TreeSet<>(components);
        var withoutComponent = new TreeSet<String>();
        for (var field : schema.getFields()) {
            if (!withoutField.remove(field.name())) {
                withoutComponent.add(field.name());
            }
        }
        if (!withoutField.isEmpty() || !withoutComponent.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s and its schema %s disagree: components without field %s, fields without component %s"
                            .formatted(
                                    where, schema.getFullName(), withoutField, withoutComponent));
        }
    }
}
