package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Nightly;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Script;
import dev.orrery.it.harness.Stack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Edits jobs in the tables of a PowerJob server, and imports them again after each few edits. */
@Tag("thorough")
class PowerJobRepeatedImportIT {
  private static final int EDITS = Nightly.isRunning() ? 50 : 20;
  private static final long SEED = 74;
  private static final String APP = "repeated";
  private static final List<String> NAMES =
      List.of("日终结算", "对账", "Nightly report", "nightly-report-3", "Close day", "отчёт");

  private final Random random = new Random(SEED);

  /** The cron expression of each job that PowerJob has, by number. */
  private final Map<Integer, String> crons = new TreeMap<>();

  private static Stack stack;
  private static Postgres powerJob;

  @BeforeAll
  static void start() throws Exception {
    stack = new Stack("powerjob-repeated-import");
    stack.startScheduler();
    Path directory = Files.createDirectories(stack.directory().resolve(APP));
    powerJob = Postgres.create(directory);
    Path schema = Stack.root().resolve("cli/src/test/resources/powerjob-4.3.9.sql");
    powerJob.execute(
        Files.readString(schema).replace(" double ", " double precision ").replace("clob", "text"));
    powerJob.execute("insert into app_info values (1, '" + APP + "', 'secret')");
  }

  @AfterAll
  static void stop() {
    powerJob.close();
    stack.close();
  }

  @Test
  void firesEachJobOfPowerJobOnceWhateverItIsRenamedTo() throws Exception {
    for (int number = 1; number <= 12; number++) {
      add(number);
    }
    importJobs();
    Map<String, String> before = numbers();
    for (int edit = 0, next = 13; edit < EDITS; edit++) {
      next = edit(next);
      if (random.nextInt(3) > 0) {
        continue;
      }
      importJobs();
      Map<String, String> after = numbers();
      before.forEach((number, job) -> assertThat(after.get(number)).as(number).isEqualTo(job));
      before = after;
    }
    importJobs();
    String unchanged = importJobs().path("changes").toString();
    assertThat(unchanged).isEqualTo("{\"none\":" + crons.size() + "}");
  }

  /** Makes one edit; returns the next free number. */
  private int edit(int next) throws SQLException {
    List<Integer> present = List.copyOf(crons.keySet());
    int one = present.get(random.nextInt(present.size()));
    int other = present.get(random.nextInt(present.size()));
    switch (random.nextInt(6)) {
      case 0 -> {
        powerJob.execute("update job_info set status = 99 where id = " + one);
        crons.remove(one);
      }
      case 1 -> {
        powerJob.execute("delete from job_info where id = " + one);
        crons.remove(one);
      }
      case 2 ->
          powerJob.execute(
              "update job_info j set job_name = k.job_name from job_info k where j.id in (%1$d, %2$d) and k.id in (%1$d, %2$d) and (j.id <> k.id or %1$d = %2$d)"
                  .formatted(one, other));
      case 3 ->
          powerJob.execute("update job_info set job_name = '" + name() + "' where id = " + one);
      default -> {
        add(next);
        return next + 1;
      }
    }
    return next;
  }

  private void add(int number) throws SQLException {
    String cron = "0 " + number % 60 + " " + (1 + number / 60) + " * * ?";
    crons.put(number, cron);
    powerJob.execute(
        """
        insert into job_info (id, app_id, job_name, status, time_expression_type, time_expression,
          execute_type, processor_type, processor_info, min_cpu_cores, min_memory_space,
          min_disk_space, lifecycle)
        values (%d, 1, '%s', 1, 2, '%s', 1, 1, 'com.acme.CloseDay', 0, 0, 0, '{}')
        """
            .formatted(number, name(), cron));
  }

  private String name() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  /** Imports, and requires that what fires here is what fires at PowerJob. */
  private JsonNode importJobs() throws Exception {
    Path password = stack.directory().resolve(APP).resolve("password");
    Files.writeString(password, Postgres.PASSWORD);
    Script.Result result =
        Script.of(stack)
            .run(
                "powerjob",
                "import",
                APP,
                "--jdbc",
                "jdbc:postgresql://127.0.0.1:" + powerJob.port() + "/postgres",
                "--user",
                Postgres.USER,
                "--password-file",
                password.toString(),
                "--directory",
                password.getParent().toString(),
                "--zone",
                "Asia/Shanghai",
                "--apply",
                "--enable",
                "-o",
                "json");
    assertThat(result.exitCode()).as(result.err()).isZero();
    List<String> enabled = new ArrayList<>();
    for (JsonNode job : stack.api().get("/apps/" + APP + "/jobs?limit=200").path("items")) {
      if (job.path("enabled").asBoolean(true)) {
        enabled.add(job.at("/trigger/cron").asText());
      }
    }
    assertThat(enabled).containsExactlyInAnyOrderElementsOf(crons.values());
    return result.json();
  }

  private static Map<String, String> numbers() {
    Map<String, String> numbers = new TreeMap<>();
    stack
        .api()
        .get("/apps/" + APP + "/powerjob/numbers")
        .path("numbers")
        .properties()
        .forEach(number -> numbers.put(number.getKey(), number.getValue().asText()));
    assertThat(new TreeSet<>(numbers.values())).hasSameSizeAs(numbers.keySet());
    return numbers;
  }
}
