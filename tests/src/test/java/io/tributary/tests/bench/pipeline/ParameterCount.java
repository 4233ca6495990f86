package io.tributary.tests.bench.pipeline;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers of parameters as people write them: {@code 10M} is ten million, {@code 1B} 1000M. */
final class ParameterCount implements ITypeConverter<Long> {

    private static final long THOUSAND = 1_000;
    private static final long MILLION = 1_000_000;
    private static final long BILLION = 1_000_000_000;

    @Override
    public Long convert(String text) {
        long unit =
                text.endsWith("k")
                        ? THOUSAND
                        : text.endsWith("M") ? MILLION : text.endsWith("B") ? BILLION : 1;
        var digits = unit == 1 ? text : text.substring(0, text.length() - 1);
        try {
            return Math.round(Double.parseDouble(digits) * unit);
        } catch (NumberFormatException e) {
            throw new TypeConversionException(
                    "'%s' is not a number of parameters such as 500k, 100M or 1.3B"
                            .formatted(text));
        }
    }

    /** The same number in its largest whole unit. */
    static String text(long count) {
        if (count >= BILLION && count % (BILLION / 10) == 0) {
            return count % BILLION == 0 ? count / BILLION + "B" : count / 1e9 + "B";
        }
        if (count >= MILLION && count % MILLION == 0) {
            return count / MILLION + "M";
        }
        return count >= THOUSAND && count % THOUSAND == 0
                ? count / THOUSAND + "k"
                : Long.toString(count);
    }
}
