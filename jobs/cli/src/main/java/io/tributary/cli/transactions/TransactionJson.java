package io.tributary.cli.transactions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.kafka.transactions.OpenTransaction;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Open transactions for scripts; times in seconds. */
public final class TransactionJson {

    private TransactionJson() {}

    public static ArrayNode of(List<OpenTransaction> transactions, Instant now) {
        var array = JsonNodeFactory.instance.arrayNode();
        transactions.forEach(transaction -> array.add(of(transaction, now)));
        return array;
    }

    /** One of them, to which more may be added. */
    public static ObjectNode of(OpenTransaction transaction, Instant now) {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("transactionalId", transaction.transactionalId());
        node.put("producerId", transaction.producerId());
        var owner = node.putObject("owner");
        owner.put("kind", transaction.owner().kind().name().toLowerCase(Locale.ROOT));
        owner.put("name", transaction.owner().name());
        node.put("state", transaction.state().name().toLowerCase(Locale.ROOT));
        node.put("started", transaction.started().toString());
        node.put("ageSeconds", transaction.age(now).toMillis() / 1000.0);
        node.put("quietSeconds", transaction.quiet(now).toMillis() / 1000.0);
        if (transaction.isHanging()) {
            node.putNull("timeoutSeconds");
        } else {
            node.put("timeoutSeconds", transaction.timeout().toMillis() / 1000.0);
        }
        var partitions = node.putArray("partitions");
        for (var held : transaction.partitions()) {
            var partition = partitions.addObject();
            partition.put("topic", held.topic());
            partition.put("partition", held.partition());
            partition.put("firstOffset", held.firstOffset());
            partition.put("lastStableOffset", held.lastStableOffset());
            partition.put("endOffset", held.endOffset());
            partition.put("blocked", held.isBlocked());
        }
        return node;
    }
}
