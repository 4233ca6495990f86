package io.tributary.silo.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * A silo's text as tokens, split into a training and a held-out part. Documents follow each other
 * in one stream, each with an end-of-document token behind it.
 *
 * <p>A document's own SHA-256 says where it goes: the split does not depend on order, on file names
 * or on the other documents, and a document that is there twice is on one side only.
 */
public final class SiloText {

    private final Path folder;
    private final TokenArray training;
    private final TokenArray heldOut;
    private final TokenArray heldOutBytes;
    private long trainingDocuments;
    private long heldOutDocuments;

    private SiloText(Path folder, int vocabularySize) {
        this.folder = folder;
        this.training = new TokenArray(vocabularySize);
        this.heldOut = new TokenArray(vocabularySize);
        this.heldOutBytes = new TokenArray(Integer.MAX_VALUE);
    }

    /**
     * Reads and tokenizes a folder.
     *
     * @param folder files of UTF-8 text, one document each, or {@code .jsonl} files with a document
     *     {@code {"text": "..."}} per line
     * @param heldOutFraction share of the documents to hold out, above 0 and below 1
     * @throws IOException if the folder is not there or empty, a file cannot be read as text, or
     *     one of the two parts would be empty
     */
    public static SiloText read(Path folder, Tokenizer tokenizer, double heldOutFraction)
            throws IOException {
        if (!(heldOutFraction > 0 && heldOutFraction < 1)) {
            throw new IllegalArgumentException(
                    "held-out fraction must be above 0 and below 1, got " + heldOutFraction);
        }
        var text = new SiloText(folder, tokenizer.vocabularySize());
        TextFolder.forEachDocument(
                folder, document -> text.add(document, tokenizer, heldOutFraction));
        text.checkSplit(heldOutFraction);
        return text;
    }

    private void add(String document, Tokenizer tokenizer, double heldOutFraction) {
        var tokens = tokenizer.encode(document);
        int[] end = {tokenizer.endOfDocument()};
        if (position(document) < heldOutFraction) {
            heldOut.add(tokens.ids());
            heldOut.add(end);
            heldOutBytes.add(tokens.bytes());
            heldOutBytes.add(new int[] {0});
            heldOutDocuments++;
        } else {
            training.add(tokens.ids());
            training.add(end);
            trainingDocuments++;
        }
    }

    private void checkSplit(double heldOutFraction) throws IOException {
        long documents = trainingDocuments + heldOutDocuments;
        if (documents == 0) {
            throw new IOException("text folder %s has no text in it".formatted(folder));
        }
        if (heldOutDocuments == 0 || trainingDocuments == 0) {
            throw new IOException(
                    "all %s documents of %s fall into the %s part at a held-out fraction of %s; add documents, for instance by splitting large files or one per line in a .jsonl file, or change the fraction"
                            .formatted(
                                    documents,
                                    folder,
                                    heldOutDocuments == 0 ? "training" : "held-out",
                                    heldOutFraction));
        }
    }

    /** A uniform number in [0, 1) made of the document's content. */
    private static double position(String document) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            var hash = sha.digest(document.getBytes(StandardCharsets.UTF_8));
            return (ByteBuffer.wrap(hash).getLong() >>> 11) * 0x1p-53;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public long trainingTokens() {
        return training.size();
    }

    public long trainingDocuments() {
        return trainingDocuments;
    }

    public long heldOutTokens() {
        return heldOut.size();
    }

    public long heldOutDocuments() {
        return heldOutDocuments;
    }

    /** The training part as one stream of token ids, newly allocated. */
    public int[] trainingStream() {
        return training.slice(0, training.size());
    }

    /**
     * Training windows of {@code length + 1} tokens, in an order that depends on seed and silo
     * only.
     *
     * @throws IllegalArgumentException if the training part is shorter than two sequences
     */
    public TrainingWindows trainingWindows(int length, long seed, String silo) {
        if (training.size() < 2L * length) {
            throw new IllegalArgumentException(
                    "the training part of %s has %s tokens; sequences of %s need at least %s: add text or shorten the sequence"
                            .formatted(folder, training.size(), length, 2L * length));
        }
        return new TrainingWindows(training, length, seed, silo);
    }

    /**
     * Held-out windows, always the same ones, spread evenly over the held-out part. They overlap by
     * the one token that is the last target of one and the first input of the next, so nothing is
     * predicted twice.
     *
     * @param length tokens to predict per window; a held-out part that is shorter gives one shorter
     *     window
     * @param atMostTokens tokens to predict in all, at the most; at least one window is given
     */
    public List<EvaluationWindow> heldOutWindows(int length, long atMostTokens) {
        int predictable = heldOut.size() - 1;
        if (predictable < length) {
            return List.of(heldOutWindow(0, predictable));
        }
        int available = predictable / length;
        int taken = (int) Math.max(1, Math.min(available, atMostTokens / length));
        var windows = new ArrayList<EvaluationWindow>();
        for (int i = 0; i < taken; i++) {
            int index = (int) ((long) i * available / taken);
            windows.add(heldOutWindow(index * length, length));
        }
        return windows;
    }

    private EvaluationWindow heldOutWindow(int start, int length) {
        long bytes = 0;
        for (int count : heldOutBytes.slice(start + 1, length)) {
            bytes += count;
        }
        return new EvaluationWindow(heldOut.slice(start, length + 1), bytes);
    }
}
