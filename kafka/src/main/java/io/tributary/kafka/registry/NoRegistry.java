package io.tributary.kafka.registry;

import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.SchemaIds;

/**
 * What numbers mean to a reader that has no registry: nothing. In what a silo wrote that is the
 * silo's fault. On a topic that only the federation's own programs write to it is the reader's, who
 * must not pass over what he cannot read.
 */
public enum NoRegistry implements SchemaIds {
    IDS;

    @Override
    public long fingerprint(int id, String origin) throws MalformedRecordException {
        if (FederationTopics.isSiloOrItsTopic(origin)) {
            return NONE.fingerprint(id, origin);
        }
        throw new SchemaRegistryException(
                "topic %s names schemas by the numbers of a schema registry (%s), and none is set; set kafka.schema-registry.url or --schema-registry"
                        .formatted(origin, id),
                null);
    }
}
