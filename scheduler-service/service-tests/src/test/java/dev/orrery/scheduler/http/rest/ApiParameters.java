package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.engine.submission.SubmissionSchema;
import dev.orrery.scheduler.extras.statistics.job.JobStatisticsService;
import dev.orrery.scheduler.model.instance.InstanceFilter;
import dev.orrery.scheduler.model.job.upcoming.PreviewQuery;
import dev.orrery.trigger.cron.CronDialect;
import java.util.HashMap;
import java.util.Map;

/** Describes the parameters that many operations share; resources describe their own. */
final class ApiParameters {
  /** Operations with this parameter also respond with a stream of events. */
  static final String FOLLOW = "follow";

  private static final String IF_MATCH = "If-Match";

  private static final Map<String, JsonSchema> SHARED = new HashMap<>();

  static {
    SHARED.put("app", JsonSchema.name().describedAs("Name of the app."));
    SHARED.put("job", JsonSchema.name().describedAs("Name of the job."));
    SHARED.put("webhook", JsonSchema.name().describedAs("Name of the webhook."));
    SHARED.put(
        "limit",
        JsonSchema.integer(1, Page.MAX_LIMIT)
            .defaultsTo(Page.DEFAULT_LIMIT)
            .describedAs("The most items to return."));
    SHARED.put(
        "after",
        JsonSchema.text()
            .describedAs("The cursor 'next' of the page before; absent for the first."));
    SHARED.put(
        "dryRun",
        JsonSchema.flag()
            .defaultsTo(false)
            .describedAs("Changes nothing; the response shows what would change."));
    SHARED.put(
        IF_MATCH,
        JsonSchema.text().describedAs("The call is refused unless the ETag is one of these."));
    SHARED.put(
        "If-None-Match",
        JsonSchema.text()
            .describedAs("The call is refused if the ETag is one of these; '*' for any."));
    SHARED.put(
        "withContents",
        JsonSchema.flag()
            .defaultsTo(false)
            .describedAs("Deletes what the app has, too; otherwise only an empty app is deleted."));
    SHARED.put(
        "state",
        JsonSchema.component("InstanceState").describedAs("Only instances in this state."));
    SHARED.put(
        "origin",
        JsonSchema.component("InstanceOrigin")
            .describedAs(
                "Only instances of this cause: the trigger, a call of the API, a backfill, or a"
                    + " retry by hand."));
    SHARED.put(
        "createdFrom",
        JsonSchema.instant()
            .describedAs("Only instances that were created at this instant or later."));
    SHARED.put(
        "createdUntil",
        JsonSchema.instant().describedAs("Only instances that were created before this instant."));
    SHARED.put(
        "worker",
        JsonSchema.text(InstanceFilter.MAX_WORKER)
            .with("minLength", 1)
            .describedAs("Only instances that this worker runs, or ran last."));
    SHARED.put(
        "errorText",
        JsonSchema.text(InstanceFilter.MAX_ERROR)
            .with("minLength", InstanceFilter.MIN_ERROR)
            .describedAs(
                "Only instances with this text in the error of their last attempt; upper and lower"
                    + " case are the same."));
    SHARED.put(
        "cron", JsonSchema.text().describedAs("A cron expression, as in the trigger of a job."));
    SHARED.put(
        "zone",
        JsonSchema.text()
            .defaultsTo("UTC")
            .describedAs("The IANA name of the time zone of the expression."));
    SHARED.put(
        "dialect",
        JsonSchema.oneOf(CronDialect.values())
            .describedAs(
                "How to read an expression that cron, Quartz and Spring read differently."));
    SHARED.put(
        "count",
        JsonSchema.integer(1, PreviewQuery.MAX_COUNT)
            .defaultsTo(PreviewQuery.DEFAULT_COUNT)
            .describedAs("The most fire times to list."));
    SHARED.put(
        "from",
        JsonSchema.instant()
            .describedAs("Only fire times strictly after this instant; absent means now."));
    SHARED.put("until", JsonSchema.instant().describedAs("Only what is not after this instant."));
    SHARED.put(
        "last",
        JsonSchema.integer(1, JobStatisticsService.MAX_ENDS)
            .defaultsTo(JobStatisticsService.DEFAULT_ENDS)
            .describedAs("The most ends of each job that count."));
    SHARED.put(
        "attempt",
        JsonSchema.integer(1, Integer.MAX_VALUE).describedAs("Only lines of this attempt."));
    SHARED.put(
        FOLLOW,
        JsonSchema.flag()
            .defaultsTo(false)
            .describedAs("Sends lines as events while they are written, until the instance ends."));
    SHARED.put(
        "Last-Event-ID",
        JsonSchema.text()
            .describedAs("The id of the last event that was received, to continue a stream."));
    SHARED.put("Idempotency-Key", SubmissionSchema.idempotencyKey());
  }

  private ApiParameters() {}

  static void complete(String path, ObjectNode operation) {
    for (JsonNode parameter : operation.path("parameters")) {
      String name = parameter.path("name").asText();
      JsonSchema shared = name.equals("id") ? id(path) : SHARED.get(name);
      if (shared != null) {
        ObjectNode schema = shared.toJson();
        ObjectNode described = (ObjectNode) parameter;
        String description = schema.remove("description").asText();
        if (!described.has("description")) {
          described.put("description", description);
        }
        if (described.at("/schema/type").asText().equals("array")) {
          ((ObjectNode) described.get("schema")).set("items", schema);
        } else {
          described.set("schema", schema);
        }
      }
    }
  }

  private static JsonSchema id(String path) {
    String before = path.substring(0, path.indexOf("/{id}"));
    String collection = before.substring(before.lastIndexOf('/') + 1);
    String item = collection.substring(0, collection.length() - 1);
    return JsonSchema.id().describedAs("Id of the " + item + ".");
  }
}
