package io.tributary.silo.text;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Turns text into the token ids a model knows, and back. */
public interface Tokenizer extends AutoCloseable {

    /**
     * The tokenizer of a silo.
     *
     * @param tokenizerJson a Hugging Face {@code tokenizer.json}, or null for bytes
     * @throws IOException if the file cannot be read or used
     */
    static Tokenizer open(@Nullable Path tokenizerJson) throws IOException {
        return tokenizerJson == null
                ? new ByteTokenizer()
                : HuggingFaceJsonTokenizer.read(tokenizerJson);
    }

    /**
     * What a model version says it was made for: {@code bytes}, or the hex SHA-256 of the {@code
     * tokenizer.json}.
     */
    String id();

    /** One more than the largest token id. */
    int vocabularySize();

    /** The token that ends every document, and that stands for no text. */
    int endOfDocument();

    /** How the token that ends a document is written in a {@code tokenizer.json}. */
    String endOfDocumentText();

    /** The tokens of a text, without an end of document. */
    Tokens encode(String text);

    /** The text of some tokens; ends of document are left out. */
    String decode(int[] ids);

    /** This tokenizer as a Hugging Face {@code tokenizer.json}. */
    String toJson();

    @Override
    void close();

    /**
     * Tokens of a text and how much of it each stands for.
     *
     * @param ids token ids
     * @param bytes UTF-8 bytes per token; they add up to the text's
     */
    record Tokens(int[] ids, int[] bytes) {}
}
