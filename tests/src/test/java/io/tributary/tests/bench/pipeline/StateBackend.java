package io.tributary.tests.bench.pipeline;

import io.tributary.tests.process.FlinkProcesses;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where a job keeps its state, by Flink's names. */
final class StateBackend implements ITypeConverter<FlinkProcesses.State> {

    @Override
    public FlinkProcesses.State convert(String text) {
        return Arrays.stream(FlinkProcesses.State.values())
                .filter(state -> text(state).equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new TypeConversionException(
                                        "'%s' is not hashmap or rocksdb".formatted(text)));
    }

    static String text(FlinkProcesses.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
