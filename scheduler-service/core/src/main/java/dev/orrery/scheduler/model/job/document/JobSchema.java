package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.ExpectedStatus;
import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.JobLimits;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.http.rest.DocumentChange;
import dev.orrery.trigger.DailyWindow;
import dev.orrery.trigger.IntervalRule;
import dev.orrery.trigger.cron.CronDialect;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON Schema of a job document, from the constants of its readers. */
public final class JobSchema {
  private static final String DAILY_WINDOW = "DailyWindow";
  private static final String NOOP_PROCESSOR = "NoopProcessor";
  private static final String SHELL_PROCESSOR = "ShellProcessor";
  private static final String HTTP_PROCESSOR = "HttpProcessor";
  private static final String JAVA_PROCESSOR = "JavaProcessor";
  private static final String POWERJOB_PROCESSOR = "PowerJobProcessor";
  private static final String FLOW_PROCESSOR = "FlowProcessor";

  private JobSchema() {}

  public static Map<String, JsonSchema> components() {
    Map<String, JsonSchema> schemas = new LinkedHashMap<>();
    schemas.put("JobDocument", document().describedAs("A job: what runs, when and how."));
    schemas.put(
        "Job",
        DocumentChange.addTo(
                document()
                    .optional(
                        "status",
                        JsonSchema.component("JobStatus")
                            .describedAs(
                                "The state of the job, absent with dryRun; ignored in requests."))
                    .optional(
                        JobDocumentReader.FIRE_TIMES,
                        JsonSchema.array(JsonSchema.instant(), 0, Integer.MAX_VALUE)
                            .orNull()
                            .describedAs(
                                "With dryRun, the next six fire times after the PUT, whether or"
                                    + " not the job is enabled, of a fixed delay at most one;"
                                    + " ignored in requests.")))
            .describedAs("A job document with the state of the job.")
            .example(example()));
    schemas.put("Trigger", trigger());
    schemas.put(DAILY_WINDOW, dailyWindow());
    schemas.put("Processor", processor());
    schemas.put(NOOP_PROCESSOR, noop());
    schemas.put(SHELL_PROCESSOR, shell());
    schemas.put(HTTP_PROCESSOR, http());
    schemas.put(JAVA_PROCESSOR, java());
    schemas.put(POWERJOB_PROCESSOR, powerJob());
    schemas.put(FLOW_PROCESSOR, flow());
    schemas.put("FlowNode", flowNode());
    schemas.put("FanOut", fanOut());
    schemas.put("Retry", retry());
    schemas.put("Alerts", alerts());
    schemas.put("OnFailure", onFailure());
    schemas.put("JobLink", DescriptionReader.linkSchema());
    return schemas;
  }

  /**
   * Returns the schema of a job document in a list: its name is required, and an exported document
   * has its state.
   */
  public static JsonSchema named() {
    return fields(
            JsonSchema.object().required("name", JsonSchema.name().describedAs("Name of the job.")))
        .optional("status", JsonSchema.any().describedAs("The state of an exported job; ignored."));
  }

  private static JsonSchema document() {
    return fields(
        JsonSchema.object()
            .optional(
                "name",
                JsonSchema.name().describedAs("Name of the job; in a PUT, that of the path.")));
  }

  private static JsonSchema fields(JsonSchema document) {
    return DescriptionReader.addTo(document)
        .required("processor", JsonSchema.component("Processor").describedAs("What runs."))
        .optional(
            "trigger",
            JsonSchema.component("Trigger")
                .describedAs("When the job fires; without one, only the API runs it."))
        .optional(
            FanOutReader.FAN_OUT,
            JsonSchema.component("FanOut")
                .describedAs("Divides each instance into parts; absent for none."))
        .optional("parameters", parameters())
        .optional(
            "overlap",
            JsonSchema.oneOf(OverlapPolicy.values())
                .describedAs("What a fire does while an instance of the job is active.")
                .defaultsTo(JobDocumentReader.DEFAULT_OVERLAP))
        .optional(
            "misfire",
            JsonSchema.oneOf(MisfirePolicy.values())
                .describedAs("Which missed fires are caught up.")
                .defaultsTo(JobDocumentReader.DEFAULT_MISFIRE))
        .optional(
            "catchUpWindow",
            between(
                    Duration.ZERO,
                    JobLimits.MAX_CATCH_UP,
                    "How far back missed fires are caught up")
                .defaultsTo(JobDocumentReader.DEFAULT_CATCH_UP))
        .optional(
            "retry",
            JsonSchema.component("Retry")
                .describedAs("How often a failed attempt is repeated, and after how long."))
        .optional(
            "timeout",
            between(
                JobLimits.MIN_TIMEOUT,
                JobLimits.MAX_TIMEOUT,
                "How long one attempt may take; absent for no limit"))
        .optional(
            "priority",
            JsonSchema.integer(0, JobLimits.MAX_PRIORITY)
                .describedAs("The higher one starts first.")
                .defaultsTo(JobDocumentReader.DEFAULT_PRIORITY))
        .optional(
            "concurrency",
            JsonSchema.integer(1, JobLimits.MAX_CONCURRENCY)
                .describedAs("How many instances of the job run at once; absent for no limit."))
        .optional(
            "requiredTags",
            JsonSchema.array(JsonSchema.name(), 0, JobLimits.MAX_TAGS)
                .describedAs("Tags that a worker must have to run the job."))
        .optional(
            "alerts",
            JsonSchema.component("Alerts")
                .describedAs("When the job is reported although nothing failed; absent for never."))
        .optional(
            "onFailure",
            JsonSchema.component("OnFailure")
                .describedAs("What the scheduler does if the job fails; absent for nothing."))
        .optional(
            "enabled",
            JsonSchema.flag()
                .describedAs("The trigger fires only if this is true.")
                .defaultsTo(true));
  }

  public static JsonSchema parameters() {
    return JsonSchema.map(JsonSchema.name(), JsonSchema.text())
        .describedAs(
            "Parameters by name; at most 64 KiB in all. Names that begin with 'orrery.' are"
                + " reserved.");
  }

  private static JsonSchema trigger() {
    return JsonSchema.object()
        .optional(
            "cron",
            JsonSchema.text(JobLimits.MAX_CRON)
                .describedAs(
                    "Fires at the times of a cron expression of 5 fields, or of 6 or 7 with seconds"
                        + " first."))
        .optional(
            "zone",
            JsonSchema.text(TriggerReader.MAX_ZONE)
                .describedAs(
                    "The IANA name of the time zone of cron and within; UTC if it is absent."))
        .optional(
            "dialect",
            JsonSchema.oneOf(CronDialect.values())
                .describedAs(
                    "Whose numbers of days, and rule for two restricted day fields, cron follows;"
                        + " needed only where they differ."))
        .optional("every", interval("Fires at a fixed rate: time from fire to fire"))
        .optional(
            "within",
            JsonSchema.component(DAILY_WINDOW).describedAs("Limits every to a part of each day."))
        .optional(
            "delay",
            interval("Fires a while after the end of the instance before: time from end to fire"))
        .optional("at", JsonSchema.instant().describedAs("Fires once, at this instant."))
        .optional("from", JsonSchema.instant().describedAs("No fire before this instant."))
        .optional("until", JsonSchema.instant().describedAs("No fire after this instant."))
        .optional(
            "jitter",
            JsonSchema.duration()
                .describedAs("Each start is delayed by a part of this, the same on every replica."))
        .exactlyOne(
            JsonSchema.having("cron", "within"),
            JsonSchema.having("every", "zone", "dialect", "within"),
            JsonSchema.having("every", "dialect")
                .required("within", JsonSchema.component(DAILY_WINDOW)),
            JsonSchema.having("delay", "zone", "dialect", "within"),
            JsonSchema.having("at", "zone", "dialect", "within"))
        .describedAs("Exactly one of cron, every, delay and at.");
  }

  private static JsonSchema dailyWindow() {
    return JsonSchema.object()
        .required("from", JsonSchema.localTime().describedAs("The first fire of a window."))
        .required(
            "to",
            JsonSchema.localTime()
                .describedAs("No fire after this; on the next day if it is before from."))
        .optional(
            "days",
            JsonSchema.array(
                    JsonSchema.oneOf(DailyWindow.DAY_NAMES.toArray(String[]::new)),
                    1,
                    DailyWindow.DAY_NAMES.size())
                .orNull()
                .describedAs("The days on which a window starts; every day if it is absent."))
        .describedAs(
            "The part of the local day in which every fires: at from, then each period until to.");
  }

  private static JsonSchema processor() {
    return JsonSchema.oneOfComponents(
            NOOP_PROCESSOR,
            SHELL_PROCESSOR,
            HTTP_PROCESSOR,
            JAVA_PROCESSOR,
            POWERJOB_PROCESSOR,
            FLOW_PROCESSOR)
        .describedAs("What a worker runs; 'type' selects the processor.")
        .discriminated("type", ProcessorSpec.NOOP, NOOP_PROCESSOR)
        .discriminated("type", ProcessorSpec.SHELL, SHELL_PROCESSOR)
        .discriminated("type", ProcessorSpec.HTTP, HTTP_PROCESSOR)
        .discriminated("type", ProcessorSpec.JAVA, JAVA_PROCESSOR)
        .discriminated("type", ProcessorSpec.POWERJOB, POWERJOB_PROCESSOR)
        .discriminated("type", ProcessorSpec.FLOW, FLOW_PROCESSOR);
  }

  private static JsonSchema processorOf(String type) {
    return JsonSchema.object()
        .required("type", JsonSchema.oneOf(type).describedAs("Selects the processor."));
  }

  private static JsonSchema noop() {
    return processorOf(ProcessorSpec.NOOP)
        .optional("sleep", between(Duration.ZERO, ProcessorReader.MAX_SLEEP, "How long it takes"))
        .describedAs("Does nothing, and succeeds.");
  }

  private static JsonSchema shell() {
    return processorOf(ProcessorSpec.SHELL)
        .optional(
            "command",
            JsonSchema.array(
                    JsonSchema.text(ProcessorReader.MAX_TEXT), 1, ProcessorReader.MAX_PARTS)
                .orNull()
                .describedAs("Program and arguments, run without a shell; may hold placeholders."))
        .optional(
            "script",
            JsonSchema.text(ProcessorReader.MAX_TEXT)
                .describedAs("A script for sh; without placeholders."))
        .optional(
            ProcessorReader.NON_RETRYABLE_EXIT_CODES,
            JsonSchema.array(
                    JsonSchema.integer(1, ProcessorReader.MAX_EXIT_CODE),
                    1,
                    ProcessorReader.MAX_EXIT_CODE)
                .orNull()
                .describedAs("Exit codes after which the instance ends without a retry."))
        .optional(
            ProcessorReader.SECRETS,
            JsonSchema.array(JsonSchema.name(), 0, JobLimits.MAX_SECRETS)
                .orNull()
                .describedAs(
                    "Names of secrets of the agent; each is in a variable, such as"
                        + " ORRERY_SECRET_DB_PASSWORD."))
        .describedAs("Runs a program: exactly one of command and script.");
  }

  private static JsonSchema http() {
    return processorOf(ProcessorSpec.HTTP)
        .required(
            "url",
            JsonSchema.text(HttpProcessorReader.MAX_URL)
                .describedAs(
                    "http or https; may hold placeholders. Those of URL, headers and body may also"
                        + " be secrets of the agent: ${secret.NAME}."))
        .optional(
            "method",
            JsonSchema.text()
                .describedAs(
                    "One of "
                        + String.join(", ", HttpProcessorReader.METHODS.stream().sorted().toList())
                        + ".")
                .defaultsTo(HttpProcessorReader.DEFAULT_METHOD))
        .optional(
            "headers",
            JsonSchema.map(
                    JsonSchema.text().with("pattern", "^" + HttpProcessorReader.HEADER_NAME + "$"),
                    JsonSchema.text(HttpProcessorReader.MAX_HEADER))
                .with("maxProperties", HttpProcessorReader.MAX_HEADERS)
                .describedAs(
                    "Headers of the request; values may hold placeholders. Viewers read '"
                        + HeaderMask.TEXT
                        + "' in place of a value that may be a secret; it is refused in a"
                        + " request."))
        .optional(
            "body",
            JsonSchema.text(ProcessorReader.MAX_TEXT)
                .describedAs("Body of the request, sent as UTF-8; may hold placeholders."))
        .optional(
            "expectStatus",
            statuses("Statuses that count as success, such as 204, or classes such as 2xx.")
                .defaultsTo(ExpectedStatus.DEFAULT))
        .optional(
            HttpProcessorReader.NON_RETRYABLE_STATUS,
            statuses(
                    "Statuses after which the instance ends without a retry, such as 404, or classes"
                        + " such as 4xx; none of those that count as success.")
                .orNull())
        .describedAs("Sends a request, and succeeds if the response has an expected status.");
  }

  private static JsonSchema statuses(String description) {
    JsonSchema text = JsonSchema.text().with("pattern", "^" + ExpectedStatus.PATTERN + "$");
    JsonSchema number = JsonSchema.integer(ExpectedStatus.MIN, ExpectedStatus.MAX);
    JsonSchema either = JsonSchema.anyOf(text, number);
    return JsonSchema.array(text, 1, HttpProcessorReader.MAX_STATUSES)
        .alsoAccepting(JsonSchema.array(either, 1, HttpProcessorReader.MAX_STATUSES), text, number)
        .describedAs(description + " Numbers, and one without a list, are accepted, too.");
  }

  private static JsonSchema java() {
    return processorOf(ProcessorSpec.JAVA)
        .required(
            "name",
            JsonSchema.text()
                .with("pattern", "^" + ProcessorSpec.Java.NAME_PATTERN + "$")
                .describedAs("The name under which a worker offers it."))
        .describedAs("Runs a processor written in Java.");
  }

  private static JsonSchema powerJob() {
    return processorOf(ProcessorSpec.POWERJOB)
        .optional(
            "executeType",
            JsonSchema.oneOf(PowerJobProcessorReader.EXECUTE_TYPES.toArray(String[]::new))
                .describedAs("How PowerJob's worker runs it.")
                .defaultsTo(ProcessorSpec.PowerJob.STANDALONE))
        .optional(
            "processorType",
            JsonSchema.text()
                .with("pattern", "^" + PowerJobProcessorReader.TYPE_PATTERN + "$")
                .describedAs("The type of the processor in PowerJob.")
                .defaultsTo(PowerJobProcessorReader.BUILT_IN))
        .required(
            "processorInfo",
            JsonSchema.text(ProcessorReader.MAX_TEXT)
                .describedAs("The class of the processor, or what its type says."))
        .optional(
            "jobName",
            JsonSchema.text(PowerJobProcessorReader.MAX_NAME)
                .describedAs("The name of the job for PowerJob clients; absent for its name."))
        .optional(
            "options",
            JsonSchema.map(
                    JsonSchema.oneOf(PowerJobProcessorReader.optionNames()), JsonSchema.text())
                .describedAs(
                    "Further fields of the job in PowerJob, by name; JSON for those that are"
                        + " objects. At most 65536 characters in all."))
        .describedAs("Runs a processor of a PowerJob worker.");
  }

  private static JsonSchema flow() {
    return processorOf(ProcessorSpec.FLOW)
        .required(
            "nodes",
            JsonSchema.array(JsonSchema.component("FlowNode"), 1, FlowReader.MAX_NODES)
                .describedAs("The runs of other jobs of the app, in any order."))
        .optional(
            "result", JsonSchema.name().describedAs("The node whose result is that of the flow."))
        .describedAs("Runs other jobs in the order of their dependencies.");
  }

  private static JsonSchema flowNode() {
    return JsonSchema.object()
        .required("name", JsonSchema.name().describedAs("Name of the node, unique in its flow."))
        .required("job", JsonSchema.name().describedAs("Name of a job of the same app."))
        .optional(
            "needs",
            JsonSchema.array(JsonSchema.name(), 0, FlowReader.MAX_NEEDS)
                .describedAs("Nodes that must have ended before."))
        .optional(
            "when",
            JsonSchema.oneOf(FlowNode.When.values())
                .describedAs(
                    "Otherwise the node is skipped. succeeded: no node in 'needs' failed, and one"
                        + " succeeded. failed: one failed. ended: always, also after a cancel or a"
                        + " time-out of the flow.")
                .defaultsTo(FlowNode.When.SUCCEEDED))
        .optional(
            "timeout",
            between(
                FlowReader.MIN_TIMEOUT,
                FlowReader.MAX_TIMEOUT,
                "Only with when: ended. How long the node may go on after a cancel or a time-out of"
                    + " the flow, or after its start if that is later; without it "
                    + FlowReader.DEFAULT_TIMEOUT))
        .optional(
            "if",
            JsonSchema.object()
                .required("node", JsonSchema.name().describedAs("A node in 'needs'."))
                .required(
                    "result",
                    results()
                        .describedAs(
                            "One of these must be its result. One without a list is accepted, too."
                                + " Numbers that are not whole need quotes."))
                .describedAs("A further condition; otherwise the node is skipped."))
        .optional(
            "continueOnFailure",
            JsonSchema.flag()
                .describedAs("The flow goes on as if a failure of this node were a success.")
                .defaultsTo(false))
        .optional(
            "parameters",
            parameters()
                .describedAs(
                    "Override those of the job. May hold ${nodes.NAME.result} and"
                        + " ${nodes.NAME.result.FIELD} of nodes in 'needs'."))
        .describedAs("A run of a job in a flow.");
  }

  private static JsonSchema results() {
    JsonSchema text = JsonSchema.text(FlowReader.MAX_RESULT);
    JsonSchema number = JsonSchema.integer();
    JsonSchema either = JsonSchema.anyOf(text, number);
    return JsonSchema.array(text, 1, FlowReader.MAX_RESULTS)
        .alsoAccepting(JsonSchema.array(either, 1, FlowReader.MAX_RESULTS), text, number);
  }

  private static JsonSchema fanOut() {
    return JsonSchema.object()
        .required(
            "type",
            JsonSchema.oneOf(FanOutDocument.Type.values())
                .describedAs(
                    "shards: a fixed number of parts. broadcast: one part on each worker that"
                        + " matches at the start."))
        .optional(
            "count",
            JsonSchema.integer(1, FanOutReader.MAX_COUNT)
                .describedAs("Number of shards; required for them, and only for them."))
        .optional(
            "parallelism",
            JsonSchema.integer(1, FanOutReader.MAX_PARALLELISM)
                .describedAs("How many shards wait or run at once; only for shards.")
                .defaultsTo(FanOutReader.DEFAULT_PARALLELISM))
        .optional(
            "tolerate",
            JsonSchema.text()
                .with("pattern", "^([0-9]{1,5}|" + FanOutReader.PERCENT + ")$")
                .alsoAccepting(JsonSchema.integer(0, FanOutReader.MAX_COUNT))
                .describedAs("How many parts may fail: a number, or a percentage such as \"5%\".")
                .defaultsTo("0"))
        .describedAs("How an instance is divided into parts.");
  }

  private static JsonSchema retry() {
    RetryDocument standard = RetryReader.DEFAULT;
    return JsonSchema.object()
        .optional(
            "maxAttempts",
            JsonSchema.integer(1, JobLimits.MAX_ATTEMPTS)
                .describedAs("How many attempts may fail or time out.")
                .defaultsTo(standard.maxAttempts()))
        .optional(
            "backoff",
            between(
                    Duration.ZERO,
                    JobLimits.MAX_BACKOFF,
                    "Time before the second attempt, doubled with each further one")
                .defaultsTo(standard.backoff()))
        .optional(
            "maxBackoff",
            between(Duration.ZERO, JobLimits.MAX_BACKOFF, "Where the doubling ends")
                .defaultsTo(standard.maxBackoff()))
        .optional(
            "maxWorkerLosses",
            JsonSchema.integer(0, JobLimits.MAX_WORKER_LOSSES)
                .describedAs("How many attempts may be lost with their worker; counted apart.")
                .defaultsTo(standard.maxWorkerLosses()))
        .describedAs("How often an attempt is repeated, and after how long.");
  }

  private static JsonSchema alerts() {
    return JsonSchema.object()
        .optional(
            AlertsReader.NO_SUCCESS_FOR,
            between(
                JobLimits.MIN_NO_SUCCESS,
                JobLimits.MAX_NO_SUCCESS,
                "Time without a success after which the job is overdue"))
        .optional(
            AlertsReader.RUNS_LONGER_THAN,
            between(
                JobLimits.MIN_SLOW_RUN,
                JobLimits.MAX_SLOW_RUN,
                "Time after which a running attempt, or a flow or fan-out as a whole, is slow"))
        .describedAs("When webhooks are told about the job although nothing failed.");
  }

  private static JsonSchema onFailure() {
    return JsonSchema.object()
        .required(
            AlertsReader.PAUSE_AFTER,
            JsonSchema.integer(1, JobLimits.MAX_PAUSE_AFTER)
                .describedAs(
                    "So many instances that fail or time out in a row pause the job; those that"
                        + " were canceled or skipped do not count."))
        .describedAs("What the scheduler does if the job fails.");
  }

  private static JsonSchema interval(String description) {
    return between(IntervalRule.MIN_INTERVAL, IntervalRule.MAX_INTERVAL, description);
  }

  private static JsonSchema between(Duration least, Duration most, String description) {
    return JsonSchema.duration().describedAs(description + "; from " + least + " to " + most + ".");
  }

  private static ObjectNode example() {
    ObjectNode job = JsonNodeFactory.instance.objectNode();
    job.putObject("trigger").put("cron", "0 30 2 * * *").put("zone", "Europe/Berlin");
    job.putObject("processor")
        .put("type", ProcessorSpec.SHELL)
        .putArray("command")
        .add("/opt/billing/run")
        .add("--day")
        .add("${fireTime}");
    job.putObject("retry").put("maxAttempts", 3).put("backoff", "PT30S");
    return job.put("timeout", "PT1H");
  }
}
