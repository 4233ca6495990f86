package io.tributary.schemas.model;

/**
 * Where a chunk lies in the flat model.
 *
 * @param chunk index, from 0
 * @param block index of the block it belongs to
 * @param offset first element in the flat model
 * @param elements number of elements; the last chunk of a block may be short
 */
public record ChunkSpan(int chunk, int block, long offset, int elements) {}
