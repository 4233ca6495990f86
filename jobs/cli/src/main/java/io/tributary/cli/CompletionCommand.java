package io.tributary.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tributary completion}. */
@Command(
        name = "completion",
        description = {
            "Prints a script that lets bash and zsh complete commands, options and their values.",
            "In bash, for this session: source <(./tributary completion)"
        },
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var all = Tributary.commandLine();
        LauncherVerbs.COMMANDS.forEach(
                (verb, commands) -> all.addSubcommand(verb, named(verb, commands)));
        var out = spec.commandLine().getOut();
        out.print(AutoComplete.bash("tributary", all));
        out.flush();
        return ExitCode.OK;
    }

    private static CommandLine named(String verb, List<String> commands) {
        var line = new CommandLine(CommandSpec.create().name(verb).mixinStandardHelpOptions(true));
        for (var command : commands) {
            line.addSubcommand(
                    command, CommandSpec.create().name(command).mixinStandardHelpOptions(true));
        }
        return line;
    }
}
