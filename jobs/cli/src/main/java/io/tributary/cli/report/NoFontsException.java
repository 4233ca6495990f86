package io.tributary.cli.report;

import org.jspecify.annotations.Nullable;

/** This machine cannot draw text. The message says what to install. */
public final class NoFontsException extends Exception {

    private static final long serialVersionUID = 1;

    NoFontsException(@Nullable Throwable cause) {
        super(
                "this Java finds no fonts to draw with; install fontconfig and a font, for example the packages fontconfig and fonts-dejavu-core",
                cause);
    }
}
