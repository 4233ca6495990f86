package io.tributary.cli.doctor;

import java.util.Locale;

/** Whose rights are looked at; {@link RoleNeeds} says what each needs. */
public enum Role {
    /** The aggregation job. */
    JOB,
    /** A silo, of which the id must be known. */
    SILO,
    /** Who creates topics, publishes version 0 and gives commands. */
    OPERATOR,
    /** Who watches: {@code status}, {@code dashboard}, lag monitors. */
    MONITOR;

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
