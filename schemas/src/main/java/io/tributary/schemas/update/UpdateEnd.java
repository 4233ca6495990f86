package io.tributary.schemas.update;

import java.util.List;

/**
 * Last record of an update in one partition. Partitions become readable one by one: this mark tells
 * what the partition was meant to hold, so that a chunk that was never sent is told from one that
 * is still on its way.
 *
 * @param model name of the model line
 * @param id which upload of which round
 * @param partition the partition this mark ends
 * @param chunks the chunks that were sent to this partition
 */
public record UpdateEnd(String model, UpdateId id, int partition, List<ChunkRange> chunks) {}
