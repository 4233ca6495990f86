/**
 * What a federation needs, computed from its model and its silos; knows neither Kafka nor Flink.
 */
@NullMarked
package io.tributary.cli.sizing;

import org.jspecify.annotations.NullMarked;
