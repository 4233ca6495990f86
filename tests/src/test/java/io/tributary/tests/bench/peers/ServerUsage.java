package io.tributary.tests.bench.peers;

import java.io.IOException;

/** What a server has used since it started. */
interface ServerUsage {

    double cpuSeconds();

    /** The most memory it has had at a time; 0 where the operating system does not tell. */
    long peakRssBytes() throws IOException;
}
