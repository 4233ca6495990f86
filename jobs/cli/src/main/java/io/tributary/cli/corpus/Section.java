package io.tributary.cli.corpus;

import java.util.List;

/**
 * A stretch of text with one origin, before de-duplication.
 *
 * @param path where it comes from, such as a path inside an archive; sections are read in the order
 *     of their paths
 * @param paragraphs in reading order, none blank
 */
record Section(String path, List<String> paragraphs) {}
