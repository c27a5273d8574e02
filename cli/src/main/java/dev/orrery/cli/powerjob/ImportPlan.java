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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

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
  private final Map<Long, String> stored;

  /** Stored numbers of which PowerJob has no job, and the jobs that they have here. */
  private final Map<Long, String> missing;

  private final Set<String> taken;
  private final List<ImportRow> workflows = new ArrayList<>();

  private final Map<Long, ImportRow> gone = new TreeMap<>();
  private boolean sawJob;

  /** By name here; those without one by their number. */
  private final Map<String, ImportRow> jobs = new LinkedHashMap<>();

  /**
   * @param zone of the cron expressions; null if the user named none
   * @param enables whether a job that is enabled at PowerJob is enabled here
   * @param stored the names that jobs have from earlier imports, by number
   */
  ImportPlan(ZoneId zone, boolean enables, Map<Long, String> stored) {
    this.zone = zone;
    this.enables = enables;
    this.stored = stored;
    this.missing = new LinkedHashMap<>(stored);
    this.taken = new HashSet<>(stored.values());
  }

  /**
   * Adds a job, as PowerJob's server answers it to {@code fetchJob}.
   *
   * @return its document; empty for a job that is deleted or refused
   * @throws UserException if it needs the zone, which the user must name
   */
  Optional<ObjectNode> add(ObjectNode info) {
    sawJob = true;
    if (JobInfoReader.isDeleted(info)) {
      return Optional.empty();
    }
    long number = info.path("id").longValue();
    missing.remove(number);
    if (jobs.size() == MAX_JOBS) {
      throw new UserException(
          "The app has more than "
              + MAX_JOBS
              + " jobs, the most that an import takes. Delete unused ones at PowerJob.");
    }
    String text = info.path("jobName").asText("");
    ClientJob job;
    try {
      job = JobInfoReader.read(info);
    } catch (IllegalArgumentException e) {
      jobs.put(
          "#" + number,
          refused(
              new ImportRow(Outcome.REFUSED, number, text, stored.get(number), List.of()),
              e.getMessage()));
      return Optional.empty();
    }
    ObjectNode translated = JobTranslator.create(job, zone(job, number));
    String name = stored.get(number);
    if (name == null) {
      name = free(JobNameRule.name(text, job.processorInfo()), number);
      taken.add(name);
    }
    jobs.put(name, new ImportRow(Outcome.IMPORTED, number, text, name, differences(job)));
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("name", name);
    document.setAll(translated);
    return Optional.of(document.put("enabled", enables && job.enable()));
  }

  private String zone(ClientJob job, long number) {
    if (zone != null) {
      return zone.getId();
    }
    if (job.firesByTheClock()) {
      throw UserException.usage(
          "--zone is required, because job "
              + number
              + " fires by "
              + (job.timeExpressionType().equals("CRON") ? "a cron expression" : "times of the day")
              + " and PowerJob does not store its zone: it is that of"
              + " the server's machine, such as --zone Asia/Shanghai.");
    }
    return null;
  }

  private String free(String name, long number) {
    String free = name;
    while (taken.contains(free)) {
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
    jobs.computeIfPresent(job, (name, row) -> refused(row, reason));
  }

  private ImportRow refused(ImportRow row, String reason) {
    String before = stored.get(row.number());
    return row.with(
        Outcome.REFUSED,
        before == null ? List.of(reason) : List.of(reason, before + " stays as it was"));
  }

  boolean enables() {
    return enables;
  }

  /** Returns true for a job of which no import has stored a number. */
  boolean isNew(String job) {
    return !stored.containsKey(jobs.get(job).number());
  }

  /**
   * Returns the names here of the jobs that PowerJob no longer has, by number, when all have been
   * added.
   *
   * @throws UserException if it is unlikely that they were deleted, or they are too many
   */
  Map<Long, String> missing() {
    if (!stored.isEmpty() && !sawJob) {
      throw UserException.usage(
          "The app at PowerJob has no job, but "
              + stored.size()
              + " jobs here have numbers of it. Check --name, and whether it is the same server.");
    }
    if (missing.size() + jobs.size() > MAX_JOBS) {
      throw new UserException(
          "The app has more than "
              + MAX_JOBS
              + " numbers, "
              + missing.size()
              + " of them of jobs that are no longer at PowerJob. Delete some of these here.");
    }
    return Map.copyOf(missing);
  }

  /** Notes what became of a job that is no longer at PowerJob. */
  void addGone(long number, String powerJobName, boolean enabled) {
    gone.put(
        number,
        new ImportRow(
            Outcome.GONE,
            number,
            powerJobName,
            stored.get(number),
            List.of(enabled ? "still enabled here" : "disabled here")));
  }

  Collection<ImportRow> gone() {
    return gone.values();
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
    stored.forEach((number, job) -> numbers.put(Long.toString(number), job));
    jobs.values().stream()
        .filter(ImportRow::isImported)
        .forEach(row -> numbers.put(Long.toString(row.number()), row.job()));
    return body;
  }
}
