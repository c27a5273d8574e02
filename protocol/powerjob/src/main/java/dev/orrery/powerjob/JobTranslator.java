package dev.orrery.powerjob;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.JobLimits;
import dev.orrery.protocol.ProcessorSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Translates between jobs of PowerJob clients and job documents. A change starts from the stored
 * document and modifies only what the client changed, so fields without an equivalent in PowerJob
 * are preserved.
 */
public final class JobTranslator {
  private static final String RETRY_BACKOFF = "PT10S";
  private static final int LEAST_WORKER_LOSSES = 3;
  private static final String SKIP = "skip";
  private static final String ALLOW = "allow";

  private JobTranslator() {}

  /** Returns the document of a new job, without its name. */
  public static ObjectNode create(ClientJob job, String zone) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    TriggerTranslator.write(job, document, zone);
    writeProcessor(job, job.options(), document);
    writeParams(job, document);
    writeLimit(job, document, SKIP);
    document
        .putObject("retry")
        .put("maxAttempts", job.instanceRetryNum() + 1)
        .put("backoff", RETRY_BACKOFF)
        .put("maxBackoff", RETRY_BACKOFF)
        .put("maxWorkerLosses", workerLosses(job.instanceRetryNum()));
    writeTimeout(job, document);
    return document.put("enabled", job.enable());
  }

  /**
   * Returns the stored document with what the client changed.
   *
   * @param stored with all defaults; not changed
   * @param zone of a new cron expression; a stored one keeps its zone
   */
  public static ObjectNode change(ObjectNode stored, ClientJob job, String zone) {
    ClientJob before = read(stored);
    ObjectNode document = stored.deepCopy();
    if (!job.firesLike(before)) {
      TriggerTranslator.write(job, document, zone);
    }
    writeProcessor(job, mergedOptions(before.options(), job.options()), document);
    writeParams(job, document);
    if (job.maxInstanceNum() != before.maxInstanceNum()) {
      writeLimit(job, document, document.path("overlap").asText(SKIP));
    }
    if (job.instanceRetryNum() != before.instanceRetryNum()) {
      ObjectNode retry = document.withObject("/retry");
      retry.put("maxAttempts", job.instanceRetryNum() + 1);
      if (retry.path("maxWorkerLosses").asInt() == workerLosses(before.instanceRetryNum())) {
        retry.put("maxWorkerLosses", workerLosses(job.instanceRetryNum()));
      }
    }
    if (job.instanceTimeLimit() != before.instanceTimeLimit()) {
      writeTimeout(job, document);
    }
    return document.put("enabled", job.enable());
  }

  /** Returns the stored document with another name for PowerJob clients. */
  public static ObjectNode renamed(ObjectNode stored, String jobName) {
    ObjectNode document = stored.deepCopy();
    document.withObject("/processor").put("jobName", jobName);
    return document;
  }

  /**
   * Returns the job of a stored document.
   *
   * @param document with all defaults and a PowerJob processor
   */
  public static ClientJob read(JsonNode document) {
    JsonNode processor = document.path("processor");
    Map<String, String> options = new HashMap<>();
    processor
        .path("options")
        .properties()
        .forEach(option -> options.put(option.getKey(), option.getValue().asText()));
    JsonNode trigger = document.path("trigger");
    return new ClientJob(
        processor.path("jobName").asText(document.path("name").asText()),
        document.path("parameters").path(ProcessorSpec.PowerJob.JOB_PARAMS).asText(null),
        TriggerTranslator.type(trigger)
            .orElse(options.getOrDefault(CodeTable.TIME_EXPRESSION_TYPE.field(), CodeTable.API)),
        TriggerTranslator.expression(trigger),
        TriggerTranslator.bound(trigger, "from"),
        TriggerTranslator.bound(trigger, "until"),
        processor.path("executeType").asText(),
        processor.path("processorType").asText(),
        processor.path("processorInfo").asText(),
        limit(document),
        timeout(document),
        document.path("retry").path("maxAttempts").asInt(1) - 1,
        document.path("enabled").asBoolean(true),
        options);
  }

  private static int limit(JsonNode document) {
    int unlimited = document.path("overlap").asText().equals(SKIP) ? 1 : 0;
    return document.path("concurrency").asInt(unlimited);
  }

  private static long timeout(JsonNode document) {
    String timeout = document.path("timeout").asText(null);
    return timeout == null ? 0 : Duration.parse(timeout).toMillis();
  }

  /**
   * A run whose worker is lost may have done its work, so a job without retries does not repeat.
   */
  private static int workerLosses(int retries) {
    return retries == 0 ? 0 : Math.max(LEAST_WORKER_LOSSES, retries);
  }

  private static void writeProcessor(
      ClientJob job, Map<String, String> options, ObjectNode document) {
    boolean named = document.path("processor").hasNonNull("jobName");
    ObjectNode processor =
        document
            .putObject("processor")
            .put("type", ProcessorSpec.POWERJOB)
            .put("executeType", job.executeType())
            .put("processorType", job.processorType())
            .put("processorInfo", job.processorInfo());
    if (named || !job.jobName().equals(document.path("name").asText())) {
      processor.put("jobName", job.jobName());
    }
    ObjectNode written = processor.putObject("options");
    // In one order, so that the files of two imports are equal.
    new TreeMap<>(options)
        .forEach(
            (name, value) -> {
              if (!value.isEmpty() || !ClientJobReader.STICKY.contains(name)) {
                written.put(name, value);
              }
            });
  }

  private static Map<String, String> mergedOptions(
      Map<String, String> before, Map<String, String> after) {
    Map<String, String> merged = new LinkedHashMap<>();
    for (String name : ClientJobReader.STICKY) {
      if (before.containsKey(name)) {
        merged.put(name, before.get(name));
      }
    }
    merged.putAll(after);
    return merged;
  }

  private static void writeParams(ClientJob job, ObjectNode document) {
    ObjectNode parameters = document.withObject("/parameters");
    if (job.jobParams() == null) {
      parameters.remove(ProcessorSpec.PowerJob.JOB_PARAMS);
    } else {
      parameters.put(ProcessorSpec.PowerJob.JOB_PARAMS, job.jobParams());
    }
  }

  /** A policy that PowerJob does not have, such as a queue, stays. */
  private static void writeLimit(ClientJob job, ObjectNode document, String overlap) {
    if (job.maxInstanceNum() == 0) {
      document.remove("concurrency");
    } else {
      document.put("concurrency", job.maxInstanceNum());
    }
    boolean isPowerJobs = overlap.equals(SKIP) || overlap.equals(ALLOW);
    String fitting = job.maxInstanceNum() == 1 ? SKIP : ALLOW;
    document.put("overlap", isPowerJobs ? fitting : overlap);
  }

  private static void writeTimeout(ClientJob job, ObjectNode document) {
    if (job.instanceTimeLimit() == 0) {
      document.remove("timeout");
    } else {
      Duration limit = Duration.ofMillis(job.instanceTimeLimit());
      document.put(
          "timeout",
          (limit.compareTo(JobLimits.MIN_TIMEOUT) < 0 ? JobLimits.MIN_TIMEOUT : limit).toString());
    }
  }
}
