package io.tributary.cli.watch;

/** Shows a person how a federation is getting on. Thread-safe. */
public interface ProgressView extends AutoCloseable {

    /** This is how things are now. Cheap enough to be called ten times a second. */
    void show(FederationSnapshot snapshot);

    /** A line of its own, which stays. */
    void say(String line);

    /** Leaves the terminal as it was found; what was shown last stays. */
    @Override
    void close();
}
