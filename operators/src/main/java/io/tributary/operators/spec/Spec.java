package io.tributary.operators.spec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A named choice with parameters, as plans and commands write it: {@code name} or {@code
 * name(key=value, key=value)}.
 *
 * <pre>{@code Spec.parse("nesterov(lr=0.7, momentum=0.9)").number("lr", 1)  ->  0.7}</pre>
 */
public final class Spec {

    private static final Pattern FORM =
            Pattern.compile("\\s*([a-z][a-z0-9-]*)\\s*(?:\\(([^()]*)\\))?\\s*");
    private static final Pattern PARAMETER =
            Pattern.compile("\\s*([a-z][a-z0-9-]*)\\s*=\\s*([^=,\\s]+)\\s*");

    private final String text;
    private final String name;
    private final Map<String, String> parameters;

    private Spec(String text, String name, Map<String, String> parameters) {
        this.text = text;
        this.name = name;
        this.parameters = parameters;
    }

    /**
     * Reads a specification.
     *
     * @throws IllegalArgumentException if the text is not of the form above
     */
    public static Spec parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not of the form name or name(key=value, ...)".formatted(text));
        }
        var parameters = new LinkedHashMap<String, String>();
        var list = form.group(2);
        if (list != null && !list.isBlank()) {
            for (var item : list.split(",", -1)) {
                var parameter = PARAMETER.matcher(item);
                if (!parameter.matches()) {
                    throw new IllegalArgumentException(
                            ("'%s': parameter '%s' is not of the form key=value, with a key of"
                                            + " lower-case letters, digits and '-'")
                                    .formatted(text, item.strip()));
                }
                if (parameters.put(parameter.group(1), parameter.group(2)) != null) {
                    throw new IllegalArgumentException(
                            "'%s': parameter %s is given twice"
                                    .formatted(text, parameter.group(1)));
                }
            }
        }
        return new Spec(text.strip(), form.group(1), parameters);
    }

    /**
     * Reads specifications that are chained by {@code |}.
     *
     * @return at least one
     * @throws IllegalArgumentException if one of them is not of the form above
     */
    public static List<Spec> parsePipeline(String text) {
        var specs = new ArrayList<Spec>();
        for (var part : text.split("\\|", -1)) {
            specs.add(parse(part));
        }
        return specs;
    }

    /** The same with a whole-number parameter lowered to a bound, if it is there and above it. */
    public Spec atMost(String key, int bound) {
        if (!has(key) || integer(key, 0) <= bound) {
            return this;
        }
        return with(key, Integer.toString(bound));
    }

    /**
     * The same with a parameter set.
     *
     * @throws IllegalArgumentException if the value cannot be written in a specification
     */
    public Spec with(String key, String value) {
        var changed = new LinkedHashMap<>(parameters);
        changed.put(key, value);
        var list =
                String.join(
                        ", ",
                        changed.entrySet().stream()
                                .map(e -> e.getKey() + "=" + e.getValue())
                                .toList());
        var spec = parse(name + "(" + list + ")");
        if (!spec.parameters.equals(changed)) {
            throw new IllegalArgumentException(
                    "'%s' cannot be written as the %s of %s".formatted(value, key, name));
        }
        return spec;
    }

    public String name() {
        return name;
    }

    public boolean has(String key) {
        return parameters.containsKey(key);
    }

    /**
     * Refuses parameters that nothing reads.
     *
     * @throws IllegalArgumentException naming the first one that is not in {@code keys}
     */
    public Spec allow(String... keys) {
        var known = List.of(keys);
        for (var key : parameters.keySet()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException(
                        "'%s': %s has no parameter %s; %s"
                                .formatted(
                                        text,
                                        name,
                                        key,
                                        known.isEmpty()
                                                ? "it takes none"
                                                : "it takes " + String.join(", ", known)));
            }
        }
        return this;
    }

    public String text(String key, String ifAbsent) {
        return parameters.getOrDefault(key, ifAbsent);
    }

    public double number(String key, double ifAbsent) {
        return value(key, ifAbsent, "a number", Double::valueOf);
    }

    public int integer(String key, int ifAbsent) {
        return value(key, ifAbsent, "a whole number", Integer::valueOf);
    }

    /** The error for a name that is none of {@code known}. */
    public IllegalArgumentException unknown(String kind, Collection<String> known) {
        return new IllegalArgumentException(
                "unknown %s '%s'; known: %s".formatted(kind, name, String.join(", ", known)));
    }

    private <T> T value(String key, T ifAbsent, String what, Function<String, T> parse) {
        var value = parameters.get(key);
        if (value == null) {
            return ifAbsent;
        }
        try {
            return parse.apply(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'%s': %s must be %s, got '%s'".formatted(text, key, what, value), e);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
