package io.tributary.cli.track;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Where points go, and stay. It knows what it has, so that whoever starts again goes on behind it.
 */
public interface TrackingSink extends AutoCloseable {

    /** What and where it is, in a few words. */
    String place();

    /** The last step of each series that it has. */
    Map<String, Integer> lastSteps();

    /**
     * Adds points, each series' in the order of its steps and behind its last one.
     *
     * @throws IOException if they are not all there for sure; may be called again
     */
    void write(List<Point> points) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
