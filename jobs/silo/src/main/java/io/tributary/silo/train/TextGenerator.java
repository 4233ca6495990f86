package io.tributary.silo.train;

import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.model.Architecture;
import io.tributary.silo.model.Transformer;
import io.tributary.silo.random.SplitMix64;
import io.tributary.silo.text.Tokenizer;
import java.util.Arrays;

/**
 * Continues a text with a model, one token at a time. The text may grow beyond the model's context;
 * the model then looks at the last part of it.
 */
public final class TextGenerator {

    private final int contextLength;
    private final Transformer transformer;
    private final Tokenizer tokenizer;

    public TextGenerator(
            Architecture architecture, ParameterBuffer parameters, Tokenizer tokenizer) {
        if (tokenizer.vocabularySize() > architecture.vocabularySize()) {
            throw new IllegalArgumentException(
                    "the tokenizer has %s tokens, the model %s"
                            .formatted(tokenizer.vocabularySize(), architecture.vocabularySize()));
        }
        this.contextLength = architecture.contextLength();
        this.transformer = new Transformer(architecture, parameters);
        this.tokenizer = tokenizer;
    }

    /**
     * How the next token is drawn.
     *
     * @param temperature divides the logits; 0 takes the likeliest token
     * @param topK draw among the so many likeliest tokens; 0 for all
     * @param seed of the draws: same model, prompt and seed, same text
     */
    public record Sampling(double temperature, int topK, long seed) {

        public Sampling {
            if (!(temperature >= 0) || topK < 0) {
                throw new IllegalArgumentException(
                        "temperature and topK must be at least 0, got temperature=%s and topK=%s"
                                .formatted(temperature, topK));
            }
        }
    }

    /**
     * Continues a prompt until the model ends the document or the limit is reached.
     *
     * @param prompt may be empty: then the model begins a document
     * @param atMostTokens tokens to generate at the most
     * @return what was generated, without the prompt
     * @throws InterruptedException if the thread was interrupted between two tokens
     */
    public String generate(String prompt, int atMostTokens, Sampling sampling)
            throws InterruptedException {
        var random = new SplitMix64(sampling.seed());
        var encoded = tokenizer.encode(prompt).ids();
        // a document begins where another one ended
        int start = encoded.length + 1;
        var tokens = new int[start + atMostTokens];
        tokens[0] = tokenizer.endOfDocument();
        System.arraycopy(encoded, 0, tokens, 1, encoded.length);
        int end = start;
        while (end < tokens.length) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while generating");
            }
            var context = Arrays.copyOfRange(tokens, Math.max(0, end - contextLength), end);
            var logits = transformer.nextTokenLogits(context);
            int token = draw(logits, sampling, random);
            if (token == tokenizer.endOfDocument()) {
                break;
            }
            tokens[end++] = token;
        }
        return tokenizer.decode(Arrays.copyOfRange(tokens, start, end));
    }

    private int draw(float[] logits, Sampling sampling, SplitMix64 random) {
        float largest = Float.NEGATIVE_INFINITY;
        int likeliest = 0;
        for (int token = 0; token < tokenizer.vocabularySize(); token++) {
            if (logits[token] > largest) {
                largest = logits[token];
                likeliest = token;
            }
        }
        if (sampling.temperature() == 0) {
            return likeliest;
        }
        float threshold = threshold(logits, sampling.topK());
        var weights = new double[tokenizer.vocabularySize()];
        double sum = 0;
        for (int token = 0; token < weights.length; token++) {
            if (logits[token] >= threshold) {
                weights[token] = Math.exp((logits[token] - largest) / sampling.temperature());
                sum += weights[token];
            }
        }
        double remaining = random.nextDouble() * sum;
        for (int token = 0; token < weights.length; token++) {
            remaining -= weights[token];
            if (remaining < 0) {
                return token;
            }
        }
        return likeliest; // only if rounding left a crumb of the sum
    }

    private float threshold(float[] logits, int topK) {
        int tokens = tokenizer.vocabularySize();
        if (topK == 0 || topK >= tokens) {
            return Float.NEGATIVE_INFINITY;
        }
        var sorted = Arrays.copyOf(logits, tokens);
        Arrays.sort(sorted);
        return sorted[tokens - topK];
    }
}
