package io.tributary.cli.watch;

/**
 * What has become of a silo's updates, as far as versions and rounds tell.
 *
 * @param accepted versions that contain one
 * @param missing rounds that closed without one that they had planned
 * @param updateBytes payload of those in versions
 */
record SiloTally(int accepted, int missing, long updateBytes) {

    static final SiloTally NONE = new SiloTally(0, 0, 0);
    static final SiloTally MISSING = new SiloTally(0, 1, 0);

    SiloTally plus(SiloTally other) {
        return new SiloTally(
                accepted + other.accepted,
                missing + other.missing,
                updateBytes + other.updateBytes);
    }
}
