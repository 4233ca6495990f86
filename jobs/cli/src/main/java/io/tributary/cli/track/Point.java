package io.tributary.cli.track;

/**
 * One value of a series.
 *
 * @param series its name, with a slash behind the group that it is shown in
 * @param step version number
 * @param value finite
 * @param timeMillis when the version was published, epoch milliseconds
 */
record Point(String series, int step, double value, long timeMillis) {}
