package io.tributary.kafka.asyncapi;

import io.tributary.kafka.records.TopicContent;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateManifest;
import java.util.List;

/**
 * What one role does on one topic.
 *
 * @param name unique, begins with the role
 * @param role who does it
 * @param sends whether it writes; otherwise it reads
 * @param topic where
 * @param types which of the topic's records
 * @param summary one sentence
 */
record Operation(
        String name,
        Role role,
        boolean sends,
        TopicContent topic,
        List<Class<? extends Record>> types,
        String summary) {

    /** Who takes part. */
    enum Role {
        SILO("silo", "Trains on text of its own. Can be written in any language."),
        JOB("job", "Aggregates: a Flink job, one for each model line."),
        OPERATOR("operator", "People and tools that start, watch and steer a federation.");

        private final String text;
        private final String description;

        Role(String text, String description) {
            this.text = text;
            this.description = description;
        }

        String description() {
            return description;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Everybody's, in the order of a round. */
    static List<Operation> all() {
        return List.of(
                send(
                        Role.OPERATOR,
                        "Genesis",
                        TopicContent.GENESIS,
                        "Writes the chunks of version 0, or of a version given later; in one transaction with its manifest."),
                send(
                        Role.OPERATOR,
                        "GenesisVersion",
                        TopicContent.VERSIONS,
                        "Writes the manifest of a version that is given."),
                new Operation(
                        "siloSendsPresence",
                        Role.SILO,
                        true,
                        TopicContent.UPDATES,
                        List.of(SiloPresence.class, SiloEvaluation.class),
                        "Shows that it lives, and how well versions do on its held-out text: to partition 0, outside of transactions."),
                receive(
                        Role.SILO,
                        "Rounds",
                        TopicContent.ROUNDS,
                        "Follows plans: one that names the silo is its task."),
                receive(
                        Role.SILO,
                        "Versions",
                        TopicContent.VERSIONS,
                        "Follows manifests: a version is there when all chunks that it names are."),
                receive(
                        Role.SILO,
                        "Models",
                        TopicContent.MODELS,
                        "Reads the chunks that have changed."),
                receive(
                        Role.SILO,
                        "Genesis",
                        TopicContent.GENESIS,
                        "Reads the chunks of a version that was given."),
                new Operation(
                        "siloSendsUpdate",
                        Role.SILO,
                        true,
                        TopicContent.UPDATES,
                        List.of(UpdateManifest.class, UpdateChunk.class, UpdateEnd.class),
                        "Uploads its delta in one transaction: the manifest to partition 1, chunk c to partition 1 + c mod P, and an end mark to each."),
                receive(
                        Role.JOB,
                        "Updates",
                        TopicContent.UPDATES,
                        "Reads all silos' topics, and judges every record."),
                receive(Role.JOB, "Control", TopicContent.CONTROL, "Reads operators' commands."),
                send(
                        Role.JOB,
                        "Rounds",
                        TopicContent.ROUNDS,
                        "Writes plans, weights and outcomes of rounds, and answers to commands."),
                send(Role.JOB, "Models", TopicContent.MODELS, "Writes the chunks of a version."),
                send(
                        Role.JOB,
                        "Versions",
                        TopicContent.VERSIONS,
                        "Writes the manifest of a version when all its chunks are done."),
                send(
                        Role.JOB,
                        "Rejected",
                        TopicContent.REJECTED,
                        "Says why something that a silo sent is not part of the model."),
                receive(
                        Role.JOB,
                        "Versions",
                        TopicContent.VERSIONS,
                        "Reads back what it wrote: a version exists when it can be read."),
                receive(Role.JOB, "Models", TopicContent.MODELS, "Reads back what it wrote."),
                receive(
                        Role.JOB,
                        "Genesis",
                        TopicContent.GENESIS,
                        "Reads the version it is to begin with."),
                send(Role.OPERATOR, "Control", TopicContent.CONTROL, "Gives a command."),
                new Operation(
                        "operatorReceivesAnswers",
                        Role.OPERATOR,
                        false,
                        TopicContent.ROUNDS,
                        List.of(ControlOutcome.class),
                        "Reads what became of a command."),
                receive(
                        Role.OPERATOR,
                        "Rejected",
                        TopicContent.REJECTED,
                        "Reads why updates were not used."));
    }

    private static Operation send(Role role, String what, TopicContent topic, String summary) {
        return new Operation(role + "Sends" + what, role, true, topic, topic.types(), summary);
    }

    private static Operation receive(Role role, String what, TopicContent topic, String summary) {
        return new Operation(role + "Receives" + what, role, false, topic, topic.types(), summary);
    }
}
