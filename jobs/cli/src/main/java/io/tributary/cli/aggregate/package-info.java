/** Aggregation without Flink or Kafka: requests as JSON in, answers as JSON out. */
@NullMarked
package io.tributary.cli.aggregate;

import org.jspecify.annotations.NullMarked;
