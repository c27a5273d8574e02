package dev.orrery.cli.powerjob;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.powerjob.ImportRow.Outcome;
import dev.orrery.powerjob.ClientJob;
import dev.orrery.powerjob.JobInfoReader;
import dev.orrery.powerjob.JobNameRule;
import dev.orrery.powerjob.JobTranslator;
import dev.orrery.powerjob.RefusalTexts;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides whether each job and workflow of a PowerJob app is imported, and under which name. It
 * keeps only names and reasons, no documents.
 */
final class ImportPlan {
  /** As many numbers as the scheduler takes for an app. */
  static final int MAX_JOBS = 30_000;

  static final String NO_ALARM = "no one is alerted; add a webhook to the app";
  static final String NO_WORKFLOW = "no workflow runs it; only calls do";
  static final String WAITS = "a run above maxInstanceNum waits, PowerJob fails it";

  private final ZoneId zone;
  private final boolean enables;
  private final List<ImportRow> workflows = new ArrayList<>();

  /** By name here; those without one by their number. */
  private final Map<String, ImportRow> jobs = new LinkedHashMap<>();

  /**
   * @param zone of the cron expressions; null if the user named none
   * @param enables whether a job that is enabled at PowerJob is enabled here
   */
  ImportPlan(ZoneId zone, boolean enables) {
    this.zone = zone;
    this.enables = enables;
  }

  /**
   * Adds a job, as PowerJob's server answers it to {@code fetchJob}.
   *
   * @return its document; empty for a job that is deleted or refused
   * @throws UserException if it needs the zone, which the user must name
   */
  Optional<ObjectNode> add(ObjectNode info) {
    if (JobInfoReader.isDeleted(info)) {
      return Optional.empty();
    }
    if (jobs.size() == MAX_JOBS) {
      throw new UserException(
          "The app has more than "
              + MAX_JOBS
              + " jobs, the most that an import takes. Delete unused ones at PowerJob.");
    }
    long number = info.path("id").longValue();
    String text = info.path("jobName").asText("");
    ClientJob job;
    try {
      job = JobInfoReader.read(info);
    } catch (IllegalArgumentException e) {
      jobs.put(
          "#" + number,
          new ImportRow(Outcome.REFUSED, number, text, null, List.of(e.getMessage())));
      return Optional.empty();
    }
    ObjectNode translated = JobTranslator.create(job, zone(job, number));
    String name = free(JobNameRule.name(text, job.processorInfo()), number);
    jobs.put(name, new ImportRow(Outcome.IMPORTED, number, text, name, differences(job)));
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("name", name);
    document.setAll(translated);
    return Optional.of(document.put("enabled", enables && job.enable()));
  }

  private String zone(ClientJob job, long number) {
    if (zone != null) {
      return zone.getId();
    }
    if (job.timeExpressionType().equals("CRON")) {
      throw UserException.usage(
          "--zone is required, because job "
              + number
              + " fires by a cron expression and PowerJob does not store its zone: it is that of"
              + " the server's machine, such as --zone Asia/Shanghai.");
    }
    return null;
  }

  /** The number makes the name unique, and the same in each import. */
  private String free(String name, long number) {
    String free = name;
    while (jobs.containsKey(free)) {
      free = free + "-" + number;
    }
    return free;
  }

  private static List<String> differences(ClientJob job) {
    List<String> differences = new ArrayList<>();
    if (job.maxInstanceNum() > 0) {
      differences.add(WAITS);
    }
    if (job.timeExpressionType().equals("WORKFLOW")) {
      differences.add(NO_WORKFLOW);
    }
    if (!job.options().getOrDefault("notifyUserIds", "").isEmpty()) {
      differences.add(NO_ALARM);
    }
    return differences;
  }

  /** Adds a workflow, which is not imported. */
  void addWorkflow(JsonNode workflow) {
    if (!JobInfoReader.isDeleted(workflow)) {
      workflows.add(
          new ImportRow(
              Outcome.NOT_IMPORTED,
              workflow.path("id").longValue(),
              workflow.path("wfName").asText(""),
              null,
              List.of("workflows are not read yet; " + RefusalTexts.WORKFLOW)));
    }
  }

  /** Notes that the scheduler refuses a job. */
  void refuse(String job, String reason) {
    jobs.computeIfPresent(job, (name, row) -> row.refused(reason));
  }

  Collection<ImportRow> jobs() {
    return jobs.values();
  }

  List<ImportRow> workflows() {
    return workflows;
  }

  /** Returns the body of the call that stores the numbers. */
  ObjectNode numbers() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode numbers = body.putObject("numbers");
    jobs.values().stream()
        .filter(ImportRow::isImported)
        .forEach(row -> numbers.put(Long.toString(row.number()), row.job()));
    return body;
  }
}
