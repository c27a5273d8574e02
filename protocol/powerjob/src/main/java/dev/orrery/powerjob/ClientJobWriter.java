package dev.orrery.powerjob;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.ProcessorSpec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Writes jobs as JSON for PowerJob clients, with all fields, including those without a value. */
public final class ClientJobWriter {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> TEXTS =
      List.of(
          ProcessorSpec.PowerJob.DESIGNATED_WORKERS,
          ProcessorSpec.PowerJob.DISPATCH_STRATEGY_CONFIG,
          "jobDescription",
          "extra",
          "tag");

  private ClientJobWriter() {}

  /**
   * What a client sees of a stored job besides its fields.
   *
   * @param nextTriggerTime null if there is none
   */
  public record Stored(
      long id, int appId, Instant nextTriggerTime, Instant created, Instant modified) {}

  /** Returns the answer to {@code fetchJob}, whose enums are numbers. */
  public static ObjectNode info(ClientJob job, Stored stored) {
    ObjectNode info = JsonNodeFactory.instance.objectNode();
    info.put("id", stored.id());
    writeBasics(info, job, stored.appId());
    putCode(info, CodeTable.TIME_EXPRESSION_TYPE, job.timeExpressionType());
    putCode(info, CodeTable.EXECUTE_TYPE, job.executeType());
    putCode(info, CodeTable.PROCESSOR_TYPE, job.processorType());
    putCode(info, CodeTable.DISPATCH_STRATEGY, strategy(job));
    info.put("status", job.enable() ? CodeTable.ENABLED : CodeTable.DISABLED);
    Instant next = stored.nextTriggerTime();
    info.put("nextTriggerTime", next == null ? null : next.toEpochMilli());
    info.put("notifyUserIds", job.options().get("notifyUserIds"));
    info.put("gmtCreate", ClientTimeText.of(stored.created()));
    info.put("gmtModified", ClientTimeText.of(stored.modified()));
    ObjectNode lifecycle = JsonNodeFactory.instance.objectNode();
    if (job.start() != null) {
      lifecycle.put("start", job.start());
    }
    if (job.end() != null) {
      lifecycle.put("end", job.end());
    }
    return info.put("lifecycle", lifecycle.toString());
  }

  /** Returns the answer to {@code exportJob}, which {@code saveJob} accepts. */
  public static ObjectNode request(ClientJob job, int appId, String jobName) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.putNull("id");
    writeBasics(request, job, appId);
    request.put("jobName", jobName);
    request.put(CodeTable.TIME_EXPRESSION_TYPE.field(), job.timeExpressionType());
    request.put(CodeTable.EXECUTE_TYPE.field(), job.executeType());
    request.put(CodeTable.PROCESSOR_TYPE.field(), job.processorType());
    request.put(CodeTable.DISPATCH_STRATEGY.field(), strategy(job));
    request.put("enable", job.enable());
    users(job)
        .ifPresentOrElse(
            users -> request.set("notifyUserIds", users), () -> request.putNull("notifyUserIds"));
    request.putObject("lifeCycle").put("start", job.start()).put("end", job.end());
    return request;
  }

  private static void writeBasics(ObjectNode node, ClientJob job, int appId) {
    node.put("jobName", job.jobName());
    node.put("appId", appId);
    node.put("jobParams", job.jobParams());
    node.put("timeExpression", job.timeExpression());
    node.put("processorInfo", job.processorInfo());
    node.put("maxInstanceNum", job.maxInstanceNum());
    node.put("instanceTimeLimit", job.instanceTimeLimit());
    node.put("instanceRetryNum", job.instanceRetryNum());
    putNumber(node, job, ProcessorSpec.PowerJob.CONCURRENCY, ClientJobReader.CONCURRENCY);
    putNumber(node, job, ProcessorSpec.PowerJob.TASK_RETRY_NUM, 0);
    putNumber(node, job, ProcessorSpec.PowerJob.MAX_WORKER_COUNT, 0);
    node.put("minCpuCores", 0.0).put("minMemorySpace", 0.0).put("minDiskSpace", 0.0);
    for (String option : TEXTS) {
      node.put(option, job.options().get(option));
    }
    node.set("alarmConfig", object(job, "alarmConfig"));
    node.set(ProcessorSpec.PowerJob.LOG_CONFIG, object(job, ProcessorSpec.PowerJob.LOG_CONFIG));
    node.set("advancedRuntimeConfig", object(job, "advancedRuntimeConfig"));
  }

  private static void putNumber(ObjectNode node, ClientJob job, String option, int standard) {
    String text = job.options().get(option);
    node.put(option, text == null ? standard : Integer.parseInt(text));
  }

  private static void putCode(ObjectNode node, CodeTable table, String name) {
    node.put(table.field(), table.number(name));
  }

  private static String strategy(ClientJob job) {
    return job.options().getOrDefault(CodeTable.DISPATCH_STRATEGY.field(), CodeTable.HEALTH_FIRST);
  }

  private static Optional<ArrayNode> users(ClientJob job) {
    return Optional.ofNullable(job.options().get("notifyUserIds"))
        .map(
            text -> {
              ArrayNode users = JsonNodeFactory.instance.arrayNode();
              for (String user : text.split(",", -1)) {
                users.add(Long.parseLong(user));
              }
              return users;
            });
  }

  private static JsonNode object(ClientJob job, String option) {
    String text = job.options().get(option);
    if (text == null) {
      return NullNode.getInstance();
    }
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(option + " of the stored job is not JSON", e);
    }
  }
}
