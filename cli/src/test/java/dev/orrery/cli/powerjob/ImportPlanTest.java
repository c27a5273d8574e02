package dev.orrery.cli.powerjob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.UserException;
import dev.orrery.powerjob.RefusalTexts;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportPlanTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DAILY =
      "'timeExpressionType': 11, 'timeExpression': '{\\\"interval\\\":60,"
          + "\\\"startTimeOfDay\\\":\\\"09:00:00\\\",\\\"endTimeOfDay\\\":\\\"18:00:00\\\"}'";
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  private final ImportPlan plan = new ImportPlan(ZONE, false, Map.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "`timeExpressionType`: 1 | imported",
        "`timeExpressionType`: 2, `timeExpression`: `0 0 2 * * ?` | imported",
        "`timeExpressionType`: 3, `timeExpression`: `5000` | imported",
        "`maxInstanceNum`: 2 | imported, differs: a run above maxInstanceNum waits, PowerJob fails it",
        "`timeExpressionType`: 5 | imported, differs: no workflow runs it; only calls do",
        "`notifyUserIds`: `1` | imported, differs: no one is alerted; add a webhook to the app",
        "`notifyUserIds`: `` | imported",
        "`processorInfo`: null | refused: processorInfo can't be empty",
        "`lifecycle`: `x` | refused: lifecycle is not JSON",
        "`timeExpressionType`: 7 | refused: timeExpressionType must be one of API, CRON,"
            + " DAILY_TIME_INTERVAL, FIXED_DELAY, FIXED_RATE, WORKFLOW",
      })
  void reportsImportResultOfJob(String fields, String result) throws IOException {
    plan.add(job(1, "job", fields));

    assertThat(plan.jobs()).extracting(ImportRow::text).containsExactly(result);
  }

  /** The same texts as clients get: which ones they are changes with what is built. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "`processorType`: 4",
        "`timeExpressionType`: 3, `timeExpression`: `200`",
        "`timeExpressionType`: 4, `timeExpression`: `0`",
      })
  void refusesUnsupportedJobWithDocumentedText(String fields) throws IOException {
    assertThat(plan.add(job(1, "job", fields))).isEmpty();

    ImportRow row = plan.jobs().iterator().next();
    assertThat(row.isImported()).isFalse();
    assertThat(RefusalTexts.all()).contains(row.text().substring("refused: ".length()));
    assertThat(plan.numbers().toString()).isEqualTo("{\"numbers\":{}}");
  }

  @Test
  void translatesJobAndDisablesIt() throws IOException {
    ObjectNode cron =
        plan.add(
                job(
                    1,
                    "Nightly report",
                    "'timeExpressionType': 2, 'timeExpression': '0 0 2 * * ?'"))
            .orElseThrow();

    assertThat(cron.fieldNames().next()).isEqualTo("name");
    assertThat(cron.path("name").asText()).isEqualTo("nightly-report");
    assertThat(cron.path("enabled").booleanValue()).isFalse();
    assertThat(cron.at("/trigger/zone").asText()).isEqualTo("Asia/Shanghai");
    assertThat(cron.at("/trigger/dialect").asText()).isEqualTo("quartz");
    assertThat(cron.at("/processor/jobName").asText()).isEqualTo("Nightly report");
  }

  @ParameterizedTest
  @CsvSource({"true, 1, true", "true, 2, false", "false, 1, false"})
  void enablesJobOnRequestOnlyWhenPowerJobHasItEnabled(boolean enables, int status, boolean enabled)
      throws IOException {
    Optional<ObjectNode> job =
        new ImportPlan(ZONE, enables, Map.of()).add(job(1, "job", "'status': " + status));

    assertThat(job.orElseThrow().path("enabled").booleanValue()).isEqualTo(enabled);
  }

  @Test
  void appendsNumberToDuplicateJobName() throws IOException {
    plan.add(job(3, "日终结算", "'processorInfo': 'com.acme.CloseDay'"));
    plan.add(job(4, "日终结算", "'processorInfo': 'com.acme.CloseDay'"));
    plan.add(job(5, "close-day-4", ""));
    plan.add(job(6, "gone", "'status': 99"));
    plan.add(job(7, "container", "'processorType': 4"));

    assertThat(plan.numbers().toString())
        .isEqualTo(
            "{\"numbers\":{\"3\":\"close-day\",\"4\":\"close-day-4\",\"5\":\"close-day-4-5\"}}");
    assertThat(plan.jobs()).hasSize(4);
  }

  @Test
  void requiresZoneOnlyForFireTimesByTheClock() throws IOException {
    ImportPlan without = new ImportPlan(null, false, Map.of());
    without.add(job(1, "job", "'timeExpressionType': 3, 'timeExpression': '5000'"));
    ObjectNode cron = job(2, "job", "'timeExpressionType': 2, 'timeExpression': '0 0 2 * * ?'");

    assertThatThrownBy(() -> without.add(cron))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("--zone is required, because job 2 fires by a cron expression");
    ObjectNode daily = job(3, "job", DAILY);
    assertThatThrownBy(() -> without.add(daily))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("--zone is required, because job 3 fires by times of the day");
    assertThat(plan.add(daily).orElseThrow().at("/trigger/zone").asText())
        .isEqualTo("Asia/Shanghai");
  }

  @Test
  void keepsJobOfNumberWhateverItIsCalledAtPowerJob() throws IOException {
    ImportPlan second =
        new ImportPlan(
            ZONE, true, Map.of(3L, "close-day", 4L, "close-day-4", 5L, "a", 6L, "b", 7L, "gone"));
    second.add(job(2, "a", ""));
    second.add(job(4, "日终结算", "'processorInfo': 'com.acme.CloseDay'"));
    second.add(job(5, "b", ""));
    second.add(job(6, "a", "'processorType': 4"));
    second.add(job(7, "gone", "'status': 99"));

    assertThat(second.jobs())
        .extracting(ImportRow::number, ImportRow::job)
        .containsExactly(
            tuple(2L, "a-2"), tuple(4L, "close-day-4"), tuple(5L, "a"), tuple(6L, "b"));
    assertThat(second.jobs())
        .last()
        .extracting(ImportRow::text)
        .asString()
        .endsWith("; b stays as it was");
    assertThat(second.missing()).isEqualTo(Map.of(3L, "close-day", 7L, "gone"));
    assertThat(JSON.readTree(second.numbers().toString()).path("numbers")).hasSize(6);
  }

  /** Renames, deletions, swaps of names and new jobs between imports, from a seed. */
  @Test
  void keepsOneJobForEachNumberThroughRandomEdits() throws IOException {
    Random random = new Random(20_261_130);
    Map<Long, String> atPowerJob = new TreeMap<>();
    Map<Long, String> stored = Map.of();
    long last = 0;
    for (int edit = 0; edit < 50; edit++) {
      List<Long> numbers = new ArrayList<>(atPowerJob.keySet());
      Collections.shuffle(numbers, random);
      int kind = numbers.size() < 3 ? 0 : random.nextInt(4);
      switch (kind) {
        case 0 -> atPowerJob.put(++last, random.nextBoolean() ? "日终结算" : "job");
        case 1 -> atPowerJob.remove(numbers.get(0));
        case 2 -> atPowerJob.put(numbers.get(0), "renamed " + random.nextInt(3));
        default -> {
          String name = atPowerJob.put(numbers.get(0), atPowerJob.get(numbers.get(1)));
          atPowerJob.put(numbers.get(1), name);
        }
      }
      ImportPlan next = new ImportPlan(ZONE, true, stored);
      for (Map.Entry<Long, String> job : atPowerJob.entrySet()) {
        next.add(job(job.getKey(), job.getValue(), "'processorInfo': 'com.acme.CloseDay'"));
      }

      Map<Long, String> here = new TreeMap<>();
      next.jobs().forEach(row -> here.put(row.number(), row.job()));
      assertThat(here.keySet()).isEqualTo(atPowerJob.keySet());
      assertThat(here.values()).doesNotHaveDuplicates();
      stored.forEach((number, name) -> assertThat(here.getOrDefault(number, name)).isEqualTo(name));
      Set<Long> gone = new TreeSet<>(stored.keySet());
      gone.removeAll(atPowerJob.keySet());
      assertThat(next.missing().keySet()).isEqualTo(gone);
      Map<Long, String> all = new TreeMap<>(stored);
      all.putAll(here);
      stored = all;
    }
  }

  @Test
  void refusesToConcludeThatAllJobsAreGoneFromAnAppWithoutJobs() {
    ImportPlan second = new ImportPlan(ZONE, true, Map.of(3L, "close-day"));

    assertThatThrownBy(second::missing)
        .hasMessageStartingWith("The app at PowerJob has no job, but 1 jobs here have numbers");
  }

  @Test
  void listsExistingWorkflowsAsNotImported() throws IOException {
    plan.addWorkflow(read("{'id': 3, 'wfName': 'Month end', 'status': 1}"));
    plan.addWorkflow(read("{'id': 4, 'wfName': 'Old', 'status': 99}"));

    assertThat(plan.workflows())
        .extracting(ImportRow::powerJobName, ImportRow::text)
        .containsExactly(
            tuple(
                "Month end", "not imported: workflows are not read yet; " + RefusalTexts.WORKFLOW));
  }

  @Test
  void refusesMoreThanMaximumNumberOfJobs() throws IOException {
    ObjectNode job = job(1, "job", "");
    for (int number = 1; number <= ImportPlan.MAX_JOBS; number++) {
      plan.add(job.put("id", number).put("jobName", "job " + number));
    }

    assertThatThrownBy(() -> plan.add(job)).hasMessageContaining("more than 30000 jobs");
  }

  private static ObjectNode job(long number, String name, String fields) throws IOException {
    ObjectNode job =
        read(
            "{'id': "
                + number
                + ", 'jobName': '"
                + name
                + "', 'status': 1, 'timeExpressionType': 1, 'executeType': 1, 'processorType': 1,"
                + " 'processorInfo': 'com.acme.Noop', 'lifecycle': '{}'}");
    job.setAll(read("{" + fields + "}"));
    return job;
  }

  private static ObjectNode read(String text) throws IOException {
    return (ObjectNode) JSON.readTree(text.replace('\'', '"').replace('`', '"'));
  }
}
