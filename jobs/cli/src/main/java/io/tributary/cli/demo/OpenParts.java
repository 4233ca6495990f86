package io.tributary.cli.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/** What is to be closed together: all of it, the last one first, whatever fails meanwhile. */
final class OpenParts implements AutoCloseable {

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T part) {
        open.push(part);
        return part;
    }

    /**
     * @throws Exception the first failure, when everything has been closed; the others are
     *     suppressed in it
     */
    @Override
    public void close() throws Exception {
        Exception first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
