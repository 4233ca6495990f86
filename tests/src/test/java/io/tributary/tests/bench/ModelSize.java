package io.tributary.tests.bench;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parameters of a model as people count them: {@code 100M} is a hundred million. */
final class ModelSize implements ITypeConverter<Integer> {

    private static final int THOUSAND = 1_000;
    private static final int MILLION = 1_000_000;

    @Override
    public Integer convert(String text) {
        int unit = text.endsWith("k") ? THOUSAND : text.endsWith("M") ? MILLION : 1;
        var digits = unit == 1 ? text : text.substring(0, text.length() - 1);
        try {
            return Math.multiplyExact(Integer.parseInt(digits), unit);
        } catch (ArithmeticException | NumberFormatException e) {
            throw new TypeConversionException(
                    "'%s' is not a number such as 1000, 500k or 100M".formatted(text));
        }
    }

    /** The same number in its largest whole unit. */
    static String text(int value) {
        if (value >= MILLION && value % MILLION == 0) {
            return value / MILLION + "M";
        }
        return value >= THOUSAND && value % THOUSAND == 0
                ? value / THOUSAND + "k"
                : Integer.toString(value);
    }
}
