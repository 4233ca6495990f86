package io.tributary.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;

/** Asks whoever sits in front of standard input. */
final class Confirmation {

    private Confirmation() {}

    /**
     * @param question without its answers
     * @return whether the answer is yes
     * @throws IllegalArgumentException if nobody answers, naming --yes
     */
    static boolean ask(PrintWriter err, String question) throws IOException {
        err.print(question + " [y/N] ");
        err.flush();
        var in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        var answer = in.readLine();
        if (answer == null) {
            err.println();
            throw new IllegalArgumentException(
                    "there is nobody to ask on standard input; --yes goes ahead without asking");
        }
        var said = answer.strip().toLowerCase(Locale.ROOT);
        return said.equals("y") || said.equals("yes");
    }
}
