package io.tributary.tests.drill;

/** A moment of a round, as the log shows it; in the order in which rounds pass through them. */
enum Moment {
    /** The plan is on the log. */
    PLANNED("once it is planned"),
    /** One silo's update can be read. */
    FIRST_UPDATE("after its first update"),
    /** A second silo's update can be read. */
    SECOND_UPDATE("after its second update"),
    /** The log says whose updates the version will contain. */
    CLOSED("once it is closed");

    private final String words;

    Moment(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
