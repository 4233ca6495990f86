package io.tributary.operators.flink;

import io.tributary.operators.update.UpdateEvent;

/**
 * Identifies one upload of one silo.
 *
 * @param model name of the model line
 * @param silo silo id
 * @param round round it contributes to
 * @param attempt the silo's count of its uploads
 * @param nonce drawn for each upload
 */
public record UploadKey(String model, String silo, int round, int attempt, long nonce) {

    /** The upload an event is about. */
    public static UploadKey of(UpdateEvent event) {
        var id = event.id();
        return new UploadKey(event.model(), event.silo(), id.round(), id.attempt(), id.nonce());
    }

    /** Spelled out because key groups, and with them all state, hang on it. */
    @Override
    public int hashCode() {
        int hash = 31 * model.hashCode() + silo.hashCode();
        return 31 * (31 * (31 * hash + round) + attempt) + Long.hashCode(nonce);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UploadKey key
                && key.round == round
                && key.attempt == attempt
                && key.nonce == nonce
                && key.silo.equals(silo)
                && key.model.equals(model);
    }
}
