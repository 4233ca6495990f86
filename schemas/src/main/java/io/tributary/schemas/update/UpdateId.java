package io.tributary.schemas.update;

/**
 * One upload of one silo's update. A silo that starts an upload over takes the next attempt; the
 * nonce keeps two uploads apart even when a silo has forgotten its attempts.
 *
 * @param round the round the update contributes to, from 1
 * @param attempt counts this silo's uploads for this round, from 1
 * @param nonce drawn at random for each upload
 */
public record UpdateId(int round, int attempt, long nonce) {}
