package io.tributary.cli;

import picocli.CommandLine.Option;

/**
 * Help for commands whose {@code --version} is a model's: the standard help options bring a {@code
 * --version} of their own, and none of them come if that is taken.
 */
final class HelpOption {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    boolean help;
}
