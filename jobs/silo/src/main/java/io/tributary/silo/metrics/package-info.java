/** What a silo does, as Prometheus metrics. Knows a silo's events, and nothing of tensors. */
@NullMarked
package io.tributary.silo.metrics;

import org.jspecify.annotations.NullMarked;
