package io.tributary.cli;

import java.math.BigDecimal;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes of models as people write them: {@code 10M} is ten million, {@code 1.3B} 1300 million. */
public final class ParameterCount implements ITypeConverter<Long> {

    private static final String UNITS = "kMB";

    @Override
    public Long convert(String text) {
        int last = text.length() - 1;
        int unit = last < 0 ? -1 : UNITS.indexOf(text.charAt(last));
        try {
            var digits = unit < 0 ? text : text.substring(0, last);
            return new BigDecimal(digits).scaleByPowerOfTen(3 * (unit + 1)).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new TypeConversionException(
                    "'%s' is not a number of parameters such as 500k, 10M or 1.3B".formatted(text));
        }
    }

    /** The same number in the largest unit that it is a multiple of. */
    public static String text(long parameters) {
        long rest = parameters;
        int unit = -1;
        while (rest > 0 && rest % 1000 == 0 && unit + 1 < UNITS.length()) {
            rest /= 1000;
            unit++;
        }
        return unit < 0 ? Long.toString(rest) : "" + rest + UNITS.charAt(unit);
    }
}
