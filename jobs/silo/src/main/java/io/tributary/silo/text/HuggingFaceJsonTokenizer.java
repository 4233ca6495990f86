package io.tributary.silo.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.silo.model.TorchEngine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A tokenizer from a Hugging Face {@code tokenizer.json}. Nothing is truncated, padded or added to
 * a text. The end of a document is the file's first added token that is named like one.
 */
public final class HuggingFaceJsonTokenizer implements Tokenizer {

    static final String END_OF_TEXT = "<|endoftext|>";

    private static final List<String> END_NAMES =
            List.of(END_OF_TEXT, "<|end_of_text|>", "</s>", "<eos>", "<|im_end|>", "[SEP]");

    private final String json;
    private final String id;
    private final int vocabularySize;
    private final int endOfDocument;
    private final String endOfDocumentText;
    private final HuggingFaceTokenizer delegate;

    private HuggingFaceJsonTokenizer(
            String json,
            int vocabularySize,
            int endOfDocument,
            String endOfDocumentText,
            HuggingFaceTokenizer delegate) {
        this.json = json;
        this.id = sha256(json);
        this.vocabularySize = vocabularySize;
        this.endOfDocument = endOfDocument;
        this.endOfDocumentText = endOfDocumentText;
        this.delegate = delegate;
    }

    /**
     * @throws IOException if the file cannot be read, is no {@code tokenizer.json}, or has no token
     *     that could end a document
     */
    public static HuggingFaceJsonTokenizer read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("tokenizer file %s does not exist".formatted(file));
        }
        var json = Files.readString(file);
        JsonNode root;
        try {
            root = new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "tokenizer file %s is not JSON: %s".formatted(file, e.getOriginalMessage()), e);
        }
        var added = new TreeMap<String, Integer>();
        for (var token : root.path("added_tokens")) {
            added.put(token.path("content").asText(), token.path("id").asInt());
        }
        int largest = added.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        largest = Math.max(largest, largestId(root.path("model").path("vocab")));
        var end =
                END_NAMES.stream()
                        .filter(added::containsKey)
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "tokenizer file %s has none of %s among its added_tokens; a document needs a token that ends it"
                                                        .formatted(file, END_NAMES)));
        return new HuggingFaceJsonTokenizer(
                json, largest + 1, added.get(end), end, load(file, json));
    }

    private static HuggingFaceTokenizer load(Path file, String json) throws IOException {
        TorchEngine.stayOffline();
        var options =
                Map.of(
                        "truncation", "false",
                        "padding", "false",
                        "addSpecialTokens", "false");
        try (var in = new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))) {
            return HuggingFaceTokenizer.newInstance(in, options);
        } catch (RuntimeException e) { // what the native library throws for a file it cannot use
            throw new IOException(
                    "tokenizer file %s cannot be used: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** BPE and WordPiece keep an object from token to id, Unigram an array in id order. */
    private static int largestId(JsonNode vocabulary) {
        if (vocabulary.isArray()) {
            return vocabulary.size() - 1;
        }
        int largest = -1;
        for (var id : vocabulary) {
            largest = Math.max(largest, id.asInt());
        }
        return largest;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public int vocabularySize() {
        return vocabularySize;
    }

    @Override
    public int endOfDocument() {
        return endOfDocument;
    }

    @Override
    public String endOfDocumentText() {
        return endOfDocumentText;
    }

    @Override
    public Tokens encode(String text) {
        var encoding = delegate.encode(text, false, false);
        var ids = new int[encoding.getIds().length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Math.toIntExact(encoding.getIds()[i]);
        }
        return new Tokens(ids, bytesPerToken(text, encoding));
    }

    /**
     * A token stands for the bytes from where the token before it ended to its own end. Tokens that
     * share one character get its bytes at the first of them, and text after the last token, which
     * a tokenizer may drop, counts for the last: the sum is always that of the text.
     */
    private static int[] bytesPerToken(String text, Encoding encoding) {
        var spans = encoding.getCharTokenSpans();
        var bytes = new int[spans.length];
        int utf16 = 0; // index into the text
        int codePoints = 0; // how many code points lie before it: what a span counts
        for (int i = 0; i < spans.length; i++) {
            int end = spans[i] == null ? codePoints : spans[i].getEnd();
            if (i == spans.length - 1) {
                end = Integer.MAX_VALUE;
            }
            while (codePoints < end && utf16 < text.length()) {
                int codePoint = text.codePointAt(utf16);
                bytes[i] += utf8Length(codePoint);
                utf16 += Character.charCount(codePoint);
                codePoints++;
            }
        }
        return bytes;
    }

    private static int utf8Length(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < 0x10000 ? 3 : 4;
    }

    @Override
    public String decode(int[] ids) {
        var run = new long[ids.length];
        int length = 0;
        for (int id : ids) {
            if (id != endOfDocument) {
                run[length++] = id;
            }
        }
        return length == 0 ? "" : delegate.decode(Arrays.copyOf(run, length), false);
    }

    @Override
    public String toJson() {
        return json;
    }

    @Override
    public void close() {
        delegate.close();
    }

    private static String sha256(String json) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(json.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
