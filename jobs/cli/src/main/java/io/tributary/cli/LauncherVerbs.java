package io.tributary.cli;

import java.util.List;
import java.util.Map;

/**
 * Commands that the launcher runs from the test classes, where the others cannot see them: what
 * completion knows of them.
 */
public final class LauncherVerbs {

    /** The commands behind each, in alphabetical order. */
    public static final Map<String, List<String>> COMMANDS =
            Map.of(
                    "bench",
                    List.of("attacks", "endurance", "kernels", "peers", "pipeline", "silo"),
                    "drill",
                    List.of("burst", "watch"));

    private LauncherVerbs() {}
}
