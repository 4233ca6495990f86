package io.tributary.cli.doctor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.aggregation.check.Finding;
import java.util.List;

/** Findings for scripts. */
public final class FindingJson {

    private FindingJson() {}

    public static ObjectNode of(List<Finding> findings) {
        var root = JsonNodeFactory.instance.objectNode();
        root.put("worst", FindingText.word(Finding.worst(findings)));
        var array = root.putArray("findings");
        for (var finding : findings) {
            var node = array.addObject();
            node.put("level", FindingText.word(finding.level()));
            node.put("check", finding.check());
            node.put("fact", finding.fact());
            node.put("remedy", finding.remedy().isEmpty() ? null : finding.remedy());
        }
        return root;
    }
}
