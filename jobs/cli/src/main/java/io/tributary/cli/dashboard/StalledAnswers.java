package io.tributary.cli.dashboard;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Ends answers that are not read: a browser that keeps its connection and takes nothing would keep
 * a thread as well, and one of the few streams or the only download, for as long as it likes.
 *
 * <p>What counts is how long one piece of an answer waits, not the whole of it: a stream of events
 * has no end, and a large model may take hours on a slow link. The JDK's own limit ({@code
 * sun.net.httpserver.maxRspTime}) is one on the whole, holds for every server of the process, and
 * is read only once, by whichever comes first.
 *
 * <p>A thread that waits in a write is interrupted: that closes the connection, and the write fails
 * as if the browser had gone.
 */
final class StalledAnswers extends Filter implements AutoCloseable {

    /** A browser that is there takes a piece sooner, on any link. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final int PIECE_BYTES = 64 * 1024;

    private final Duration patience;
    private final ScheduledThreadPoolExecutor clock;

    /**
     * @param patience how long a piece of an answer may wait
     */
    StalledAnswers(Duration patience) {
        this.patience = patience;
        // Answers that are still being sent when it is closed go on unwatched.
        var unwatched = new ThreadPoolExecutor.DiscardPolicy();
        clock = new ScheduledThreadPoolExecutor(1, StalledAnswers::thread, unwatched);
        clock.setRemoveOnCancelPolicy(true);
    }

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "page-stalled");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        exchange.setStreams(null, new Watched(exchange.getResponseBody()));
        chain.doFilter(exchange);
    }

    /** Passes everything on, and looks at the time meanwhile. */
    private final class Watched extends FilterOutputStream {

        Watched(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int one) throws IOException {
            watch(() -> out.write(one));
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            for (int done = 0; done < count; done += PIECE_BYTES) {
                int begin = from + done;
                int length = Math.min(PIECE_BYTES, count - done);
                watch(() -> out.write(bytes, begin, length));
            }
        }

        @Override
        public void flush() throws IOException {
            watch(out::flush);
        }

        @Override
        public void close() throws IOException {
            watch(out::close); // sends what is left
        }
    }

    private void watch(Piece piece) throws IOException {
        var wait = new Wait(Thread.currentThread());
        var alarm = clock.schedule(wait::end, patience.toNanos(), TimeUnit.NANOSECONDS);
        try {
            piece.send();
        } finally {
            alarm.cancel(false);
            wait.over();
        }
    }

    private interface Piece {
        void send() throws IOException;
    }

    /** Of a thread for its browser. */
    private static final class Wait {

        private final Thread thread;
        private boolean over; // guarded by this
        private boolean ended; // guarded by this

        Wait(Thread thread) {
            this.thread = thread;
        }

        synchronized void end() {
            if (!over) {
                ended = true;
                thread.interrupt();
            }
        }

        /** From now on the thread is not interrupted, nor does it look as if it were. */
        synchronized void over() {
            over = true;
            if (ended) {
                boolean unused = Thread.interrupted();
            }
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    @Override
    public String description() {
        return "ends answers that are not read";
    }
}
