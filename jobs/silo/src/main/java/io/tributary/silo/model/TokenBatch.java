package io.tributary.silo.model;

/**
 * Sequences of equal length and the tokens that follow each of their positions.
 *
 * @param sequences number of sequences
 * @param length tokens per sequence
 * @param inputs {@code [sequences * length]} token ids, sequence by sequence
 * @param targets {@code [sequences * length]} the id to predict at each position
 */
public record TokenBatch(int sequences, int length, int[] inputs, int[] targets) {

    public TokenBatch {
        int tokens = Math.multiplyExact(sequences, length);
        if (tokens < 1 || inputs.length != tokens || targets.length != tokens) {
            throw new IllegalArgumentException(
                    "a batch of %s sequences of %s tokens cannot hold %s inputs and %s targets"
                            .formatted(sequences, length, inputs.length, targets.length));
        }
    }

    /**
     * A batch from windows that hold one token more than a sequence: a window without its last
     * token is the input, without its first the target.
     *
     * @param windows {@code [sequences][length + 1]}
     */
    public static TokenBatch ofWindows(int[][] windows) {
        int length = windows[0].length - 1;
        var inputs = new int[windows.length * length];
        var targets = new int[windows.length * length];
        for (int i = 0; i < windows.length; i++) {
            if (windows[i].length != length + 1) {
                throw new IllegalArgumentException(
                        "window %s has %s tokens, window 0 has %s"
                                .formatted(i, windows[i].length, length + 1));
            }
            System.arraycopy(windows[i], 0, inputs, i * length, length);
            System.arraycopy(windows[i], 1, targets, i * length, length);
        }
        return new TokenBatch(windows.length, length, inputs, targets);
    }

    public int tokens() {
        return inputs.length;
    }
}
