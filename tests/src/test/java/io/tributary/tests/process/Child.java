package io.tributary.tests.process;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/** Runs another main class in a process that ends when its parent has ended, however that did. */
final class Child {

    private Child() {}

    /**
     * @param args the parent's process id, a main class, its arguments
     */
    public static void main(String[] args) throws Exception {
        ProcessHandle.of(Long.parseLong(args[0]))
                .ifPresentOrElse(
                        parent -> {
                            var unused = parent.onExit().thenRun(Child::halt);
                        },
                        Child::halt);
        var main = Class.forName(args[1]).getDeclaredMethod("main", String[].class);
        main.setAccessible(true);
        try {
            main.invoke(null, (Object) Arrays.copyOfRange(args, 2, args.length));
        } catch (InvocationTargetException e) {
            e.getCause().printStackTrace(); // the process's log
            Runtime.getRuntime().halt(1);
        }
    }

    private static void halt() {
        Runtime.getRuntime().halt(1);
    }
}
