package io.tributary.cli;

import io.tributary.silo.export.HuggingFaceExport;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary export}. */
@Command(
        name = "export",
        description = "Writes a version as a folder that Hugging Face from_pretrained loads.")
final class ExportCommand implements Callable<Integer> {

    /** File formats of model parameters. */
    enum Format {
        SAFETENSORS
    }

    @Spec private CommandSpec spec;
    @Mixin private VersionOptions version;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "SAFETENSORS",
            description = "${COMPLETION-CANDIDATES} (default: safetensors).")
    private Format format;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            required = true,
            description = "Folder to write to; made if it is not there.")
    private Path output;

    @Override
    public Integer call() throws Exception {
        try (var tokenizer = version.openTokenizer()) {
            var model = version.download(tokenizer);
            HuggingFaceExport.write(output, model.architecture(), model.parameters(), tokenizer);
            print(model);
        }
        return ExitCode.OK;
    }

    private void print(PublishedModel model) {
        spec.commandLine()
                .getOut()
                .printf(
                        "wrote version %s of %s (%,d parameters, %s) to %s%n",
                        model.version().version(),
                        model.version().model(),
                        model.version().layout().elements(),
                        format.name().toLowerCase(Locale.ROOT),
                        output);
    }
}
