package io.tributary.operators;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Copies of records that differ in one component: a good record with one thing wrong. */
public final class Altered {

    private Altered() {}

    /**
     * @throws IllegalArgumentException if the record has no such component
     */
    public static <T extends Record> T copy(T original, String component, @Nullable Object value) {
        var type = original.getClass();
        var components = type.getRecordComponents();
        var names = Arrays.stream(components).map(RecordComponent::getName).toList();
        if (!names.contains(component)) {
            throw new IllegalArgumentException(
                    "%s has no component %s".formatted(type.getSimpleName(), component));
        }
        try {
            var values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                values[i] =
                        names.get(i).equals(component)
                                ? value
                                : components[i].getAccessor().invoke(original);
            }
            var types =
                    Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new);
            @SuppressWarnings("unchecked")
            var copy = (T) type.getDeclaredConstructor(types).newInstance(values);
            return copy;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot copy " + original, e);
        }
    }
}
