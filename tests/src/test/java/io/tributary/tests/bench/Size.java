package io.tributary.tests.bench;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whole numbers as people write them: {@code 512k} and {@code 4M} count in powers of 1024. */
final class Size implements ITypeConverter<Integer> {

    private static final int KIBI = 1 << 10;
    private static final int MEBI = 1 << 20;

    @Override
    public Integer convert(String text) {
        int unit = text.endsWith("k") ? KIBI : text.endsWith("M") ? MEBI : 1;
        var digits = unit == 1 ? text : text.substring(0, text.length() - 1);
        try {
            return Math.multiplyExact(Integer.parseInt(digits), unit);
        } catch (ArithmeticException | NumberFormatException e) {
            throw new TypeConversionException(
                    "'%s' is not a number such as 1000, 512k or 4M".formatted(text));
        }
    }

    /** The same number in its largest whole unit. */
    static String text(int value) {
        if (value >= MEBI && value % MEBI == 0) {
            return value / MEBI + "M";
        }
        return value >= KIBI && value % KIBI == 0 ? value / KIBI + "k" : Integer.toString(value);
    }
}
