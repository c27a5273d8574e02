package dev.orrery.scheduler.http.rest;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.engine.submission.SubmissionSchema;
import dev.orrery.scheduler.model.job.upcoming.PreviewQuery;
import java.util.Map;

/**
 * Properties of views with types that are less exact than the code: most are texts with a fixed set
 * of values.
 */
final class ApiProperties {
  private static final JsonSchema INSTANCE_STATE = JsonSchema.component("InstanceState");
  private static final JsonSchema END_REASON = JsonSchema.component("EndReason");
  private static final JsonSchema ROLE = JsonSchema.component("Role");

  private static final Map<String, Map<String, JsonSchema>> BY_SCHEMA =
      Map.ofEntries(
          entry("Instance", Map.of("state", INSTANCE_STATE, "endReason", END_REASON)),
          entry("Part", Map.of("state", INSTANCE_STATE, "endReason", END_REASON)),
          entry("Node", Map.of("state", INSTANCE_STATE, "endReason", END_REASON)),
          entry("NodeCounts", Map.of("ending", INSTANCE_STATE)),
          entry("JobEnd", Map.of("state", INSTANCE_STATE)),
          entry("Attempt", Map.of("state", JsonSchema.component("AttemptState"))),
          entry(
              "Backfill",
              Map.of(
                  "overlap",
                  JsonSchema.component("BackfillOverlap"),
                  "states",
                  JsonSchema.map(INSTANCE_STATE, JsonSchema.integer(1, Integer.MAX_VALUE)))),
          entry("Token", Map.of("role", ROLE)),
          entry("CreatedToken", Map.of("role", ROLE)),
          entry(
              "FireTimes",
              Map.of(
                  "fireTimes", JsonSchema.array(JsonSchema.instant(), 0, PreviewQuery.MAX_COUNT))),
          entry("SubmittedInstances", Map.of("ids", SubmissionSchema.ids())),
          entry(
              "Agreement",
              Map.of(
                  "protocol",
                  JsonSchema.component(WorkerApiSchema.PROTOCOL),
                  "dialect",
                  JsonSchema.component(WorkerApiSchema.DIALECT))),
          entry("Replica", Map.of("clusterPort", JsonSchema.component("ClusterPortState"))));

  private ApiProperties() {}

  /** Replaces scanned properties, but keeps their description and whether they are nullable. */
  static void refine(String schema, ObjectNode scanned) {
    BY_SCHEMA
        .getOrDefault(schema, Map.of())
        .forEach(
            (name, refined) -> {
              ObjectNode property = (ObjectNode) scanned.path("properties").get(name);
              ObjectNode exact = refined.toJson();
              if (ApiSchemas.isNullable(property)) {
                ObjectNode choice = property.objectNode();
                ArrayNode choices = choice.putArray("anyOf").add(exact);
                choices.addObject().put("type", "null");
                exact = choice;
              }
              exact.set("description", property.get("description"));
              property.removeAll();
              property.setAll(exact);
            });
  }
}
