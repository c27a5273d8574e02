package dev.orrery.cli.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.FakeScheduler;
import dev.orrery.cli.FakeScheduler.Result;
import dev.orrery.cli.apply.JobsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class ImportCommandTest {
  private static final String APPLY = "POST /apps/shop/jobs:apply";
  private static final String DRY_RUN = APPLY + "?dryRun=true";
  private static final String READ_NUMBERS = "GET /apps/shop/powerjob/numbers";
  private static final String NUMBERS = "PUT /apps/shop/powerjob/numbers";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FakeScheduler scheduler = new FakeScheduler();
  @TempDir private Path directory;
  private PowerJobTables tables;

  @BeforeEach
  void createTables() throws SQLException, IOException {
    tables = PowerJobTables.create(directory, "shop-worker");
  }

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @Test
  void writesJobsFileNumbersFileAndReport() throws Exception {
    imports("{}");
    tables.addJobs(17, 1, "Nightly", "${HOME} \u2028 'x'\n");
    tables.addJobs(18, 1, "Container", null);
    tables.run("update job_info set processor_type = 4 where id = 18");
    tables.run("insert into workflow_info (id, app_id, wf_name, status) values (3, 1, 'End', 1)");

    Result result = database();

    assertThat(result.err()).isEqualTo("1 jobs read\n");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("17      Nightly 17")
        .contains("nightly-17  imported\n")
        .contains("refused: processorType EXTERNAL is not supported")
        .contains("(workflow)  not imported: workflows are not read yet")
        .contains("1 jobs imported, 1 refused, 1 workflows not imported")
        .contains("the same command with --apply applies them");
    JobsFile file = JobsFile.read(directory.resolve("shop.yaml"));
    assertThat(file.app()).isEqualTo("shop");
    assertThat(file.owner()).isEqualTo("powerjob-import");
    assertThat(file.jobs().get("nightly-17").at("/parameters/jobParams").asText())
        .isEqualTo("${HOME} \u2028 'x'\n");
    assertThat(file.jobs().get("nightly-17").at("/enabled").asText()).isEqualTo("false");
    assertThat(directory.resolve("shop.numbers.json"))
        .hasContent("{\"numbers\":{\"17\":\"nightly-17\"}}");
    assertThat(calls()).containsExactly(READ_NUMBERS);
  }

  @Test
  void writesFilesThatOnlyTheirUserMayRead() throws Exception {
    imports("{}");
    tables.addJobs(17, 1, "Nightly", "password=s3cret");
    Files.writeString(directory.resolve("shop.yaml"), "# of an import before\n");

    assertThat(database().exitCode()).isZero();

    for (String file : List.of("shop.yaml", "shop.numbers.json")) {
      assertThat(Files.getPosixFilePermissions(directory.resolve(file)))
          .as(file)
          .containsExactlyInAnyOrder(
              PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }
  }

  @Test
  void readsAllPagesAndWritesOneFilePerCall() throws Exception {
    imports("{}");
    tables.addJobs(1, 1100, "Job", "x".repeat(1000));
    tables.addJobs(1101, 50, "Large", "y".repeat(60_000));

    Result result = database("-o", "json");

    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode report = JSON.readTree(result.out());
    assertThat(report.path("jobs")).hasSize(1150);
    assertThat(report.path("files")).hasSize(4);
    int jobs = 0;
    for (JsonNode file : report.path("files")) {
      jobs += JobsFile.read(Path.of(file.asText())).jobs().size();
    }
    assertThat(jobs).isEqualTo(1150);
    assertThat(JSON.readTree(directory.resolve("shop.numbers.json").toFile()).path("numbers"))
        .hasSize(1150);
  }

  @Test
  void appliesAfterDryRunAndStoresNumbers() throws Exception {
    imports("{}");
    tables.addJobs(1, 2, "Job", "a");
    scheduler
        .on(DRY_RUN, 200, plan("create", "create"))
        .on(APPLY, 200, plan("create", "create"))
        .on(NUMBERS, 204, "");

    Result result = databaseAndScheduler("--apply");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).contains("app shop: 2 created, 0 updated, 0 unchanged");
    assertThat(calls()).containsExactly(READ_NUMBERS, DRY_RUN, DRY_RUN, APPLY, NUMBERS);
    assertThat(scheduler.asked().get(3)).contains("\"owner\":\"powerjob-import\",\"prune\":false");
    assertThat(scheduler.asked().get(4))
        .endsWith("{\"numbers\":{\"1\":\"job-1\",\"2\":\"job-2\"}}");
  }

  @Test
  void enablesNewJobsOnlyWhenTheirNumbersAreStoredAndGoneJobsAreDisabled() throws Exception {
    imports("{\"1\":\"first\",\"9\":\"gone\"}");
    tables.addJobs(1, 2, "Job", "a");
    scheduler
        .on(
            "GET /apps/shop/jobs/gone",
            200,
            "{\"name\":\"gone\",\"enabled\":true,\"status\":{\"owner\":\"powerjob-import\"}}")
        .on(DRY_RUN, 200, plan("none", "create").replace("job-1", "first"))
        .on(APPLY, 200, plan("none", "create").replace("job-1", "first"))
        .on("PUT /apps/shop/jobs/gone", 200, "{}")
        .on(NUMBERS, 204, "");

    Result result = databaseAndScheduler("--apply", "--enable");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).contains("no longer at PowerJob: disabled here");
    List<String> writes =
        scheduler.asked().stream()
            .filter(call -> !call.startsWith("GET") && !call.startsWith(DRY_RUN))
            .toList();
    assertThat(writes).hasSize(4);
    assertThat(writes.get(0)).startsWith(APPLY).contains("\"enabled\":false");
    assertThat(writes.get(1))
        .isEqualTo(NUMBERS + " {\"numbers\":{\"1\":\"first\",\"9\":\"gone\",\"2\":\"job-2\"}}");
    assertThat(writes.get(2)).startsWith("PUT /apps/shop/jobs/gone").contains("\"enabled\":false");
    assertThat(writes.get(3)).startsWith(APPLY).doesNotContain("\"enabled\":false");
  }

  @Test
  void namesGoneJobThatIsStillEnabledAndLeavesItSo() throws Exception {
    imports("{\"9\":\"gone\"}");
    tables.addJobs(1, 1, "Job", "a");
    scheduler.on("GET /apps/shop/jobs/gone", 200, "{\"name\":\"gone\",\"enabled\":true}");

    Result result = database();

    assertThat(result.out())
        .contains("no longer at PowerJob: still enabled here")
        .contains("1 no longer at PowerJob");
  }

  @Test
  void skipsJobThatSchedulerRefuses() throws Exception {
    imports("{}");
    tables.addJobs(1, 2, "Job", "a");
    scheduler
        .on(
            DRY_RUN,
            422,
            """
            {"code":"INVALID","field":"jobs[0].trigger.cron","detail":"'jobs[0].trigger.cron' is odd.",
             "errors":[{"field":"jobs[0].trigger.cron","message":"'jobs[0].trigger.cron' is odd."}]}
            """)
        .on(DRY_RUN, 200, plan("create").replace("job-1", "job-2"))
        .on(APPLY, 200, plan("create").replace("job-1", "job-2"))
        .on(NUMBERS, 204, "");

    Result result = databaseAndScheduler("--apply");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("job-1  refused: 'trigger.cron' is odd.")
        .contains("1 jobs imported, 1 refused");
    assertThat(JobsFile.read(directory.resolve("shop.yaml")).jobs()).containsOnlyKeys("job-2");
    assertThat(scheduler.asked().get(5)).endsWith("{\"numbers\":{\"2\":\"job-2\"}}");
  }

  @Test
  void keepsJobsEnabledByTheUser() throws Exception {
    imports("{}");
    tables.addJobs(1, 2, "Job", "a");
    scheduler
        .on(
            DRY_RUN,
            200,
            """
            {"jobs":[{"name":"job-1","change":"update","differences":
              [{"field":"enabled","from":true,"to":false}]},{"name":"job-2","change":"none"}]}
            """)
        .on(DRY_RUN, 200, plan("none", "none"))
        .on(APPLY, 200, plan("none", "none"))
        .on(NUMBERS, 204, "");

    Result result = databaseAndScheduler("--apply");

    assertThat(result.out()).contains("0 created, 0 updated, 2 unchanged");
    JobsFile file = JobsFile.read(directory.resolve("shop.yaml"));
    assertThat(file.jobs().get("job-1").path("enabled").asText()).isEqualTo("true");
    assertThat(file.jobs().get("job-2").path("enabled").asText()).isEqualTo("false");
  }

  @Test
  void appliesNothingWhenSchedulerRefusesTheWholeCall() throws Exception {
    imports("{}");
    tables.addJobs(1, 1, "Job", "a");
    scheduler.on(
        DRY_RUN, 422, "{\"code\":\"INVALID\",\"field\":\"jobs\",\"detail\":\"'jobs' adds 1.\"}");

    Result result = databaseAndScheduler("--apply");

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("INVALID: 'jobs' adds 1.");
    assertThat(calls()).containsExactly(READ_NUMBERS, DRY_RUN);
  }

  @Test
  void readsJobsFromRunningServer() throws Exception {
    imports("{}");
    server()
        .on(
            "POST /openApi/fetchAllJob",
            200,
            """
            {"success":true,"data":[%s,%s],"message":null}
            """
                .formatted(info(2, "Second"), info(1, "First")));

    Result result = fromServer();

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).contains("PowerJob's server does not list its workflows");
    assertThat(scheduler.asked())
        .containsExactly(
            "POST /openApi/authApp",
            "POST /openApi/assert appName=shop-worker&password=a+secret",
            READ_NUMBERS,
            "POST /openApi/fetchAllJob appId=1");
    assertThat(JobsFile.read(directory.resolve("shop.yaml")).jobs().keySet())
        .containsExactly("first", "second");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "authApp | 200 | {} | is not a PowerJob server of 4.3: it answers authApp, as one of 5.x",
        "assert | 200 | {\"success\":false,\"message\":\"PowerJobException: password error!\"}"
            + " | refuses the app 'shop-worker': PowerJobException: password error!. Check --name",
        "assert | 500 | {} | is not a PowerJob server (status 500)",
        "assert | 200 | <html> | its answer is not JSON. Check --server.",
        "fetchAllJob | 200 | {\"success\":false,\"data\":null,\"message\":\"JpaSystemException: lob\"}"
            + " | refuses fetchAllJob: JpaSystemException: lob. Read its database with --jdbc.",
      })
  void reportsServerErrorInOneLine(String call, int status, String body, String words)
      throws Exception {
    scheduler.on("POST /openApi/" + call, status, body);
    server();

    Result result = fromServer();

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err().lines()).singleElement().asString().contains(words);
  }

  @ParameterizedTest
  @CsvSource({
    "assert, 'xxxxxxxx', 2097152",
    "fetchAllJob, '{\"id\":1,\"x\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"},', 300000",
    "fetchAllJob, '{\"id\":1},', 300000",
    "fetchAllJob, '0,', 2000000",
  })
  void refusesAnswerWithoutEnd(String call, String part, int times) throws Exception {
    imports("{}");
    scheduler.on(
        "POST /openApi/" + call,
        200,
        call.equals("assert")
            ? "{\"success\":true,\"data\":\"" + part.repeat(times)
            : "{\"success\":true,\"data\":[" + part.repeat(times));
    server();

    Result result = fromServer();

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err().lines())
        .last()
        .asString()
        .contains("is larger than 16 MiB or 1000000 JSON tokens. Read its database with --jdbc.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--name other | The database has no app 'other'; it has shop-worker. Name it with --name.",
        "--user me | Check --user and --password-file",
        "--driver none.jar | --driver none.jar is not a file. Name the jar of a JDBC driver.",
        "--driver pom.xml | --driver pom.xml has no driver for jdbc:h2:",
        "--jdbc jdbc:h2:file:/nowhere/x | Check --jdbc",
        "--jdbc jdbc:mysql://localhost/x | has no driver for jdbc:mysql://localhost/x",
        "--zone Mars | --zone 'Mars' is not a known time zone. Use one such as Asia/Shanghai or UTC.",
        "--directory none | none is not a directory. Create it, or choose another one.",
        "--server http://localhost | Name one place to read from: --jdbc",
        "--password-file none | none: there is no such file",
      })
  void reportsInvalidOptionInOneLine(String option, String words) throws SQLException {
    List<String> line = new ArrayList<>(line());
    String[] words2 = option.split(" ", 2);
    int place = line.indexOf(words2[0]);
    if (place >= 0) {
      line.subList(place, place + 2).clear();
    }
    line.addAll(List.of(words2));

    Result result = FakeScheduler.execute(line.toArray(String[]::new));

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.err().lines()).singleElement().asString().contains(words);
  }

  @Test
  void requiresDriverOptionWhenNoDriverIsShipped() {
    Result result =
        FakeScheduler.execute("powerjob", "import", "shop", "--jdbc", "jdbc:mysql://localhost/x");

    assertThat(result.err())
        .startsWith(
            "--driver is required: the jar of the JDBC driver for jdbc:mysql://localhost/x");
  }

  private FakeScheduler server() {
    return scheduler
        .on("POST /openApi/authApp", 404, "{\"status\":404}")
        .on("POST /openApi/assert", 200, "{\"success\":true,\"data\":1,\"message\":null}");
  }

  private Result fromServer() throws IOException {
    Path password = Files.writeString(directory.resolve("password"), "a secret\n");
    return scheduler.run(
        "powerjob",
        "import",
        "shop",
        "--server",
        scheduler.url(),
        "--name",
        "shop-worker",
        "--password-file",
        password.toString(),
        "--directory",
        directory.toString());
  }

  private List<String> line(String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "powerjob",
                "import",
                "shop",
                "--jdbc",
                tables.url(),
                "--user",
                PowerJobTables.USER,
                "--driver",
                PowerJobTables.driver().toString(),
                "--name",
                "shop-worker",
                "--directory",
                directory.toString()));
    line.addAll(List.of(more));
    return line;
  }

  private Result database(String... more) {
    return scheduler.run(line(more).toArray(String[]::new));
  }

  private Result databaseAndScheduler(String... more) {
    return scheduler.run(line(more).toArray(String[]::new));
  }

  private void imports(String numbers) {
    scheduler.on(READ_NUMBERS, 200, "{\"numbers\":" + numbers + "}");
  }

  private List<String> calls() {
    return scheduler.asked().stream().map(call -> call.split(" \\{", 2)[0]).toList();
  }

  private static String plan(String... changes) {
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < changes.length; i++) {
      jobs.add("{\"name\":\"job-" + (i + 1) + "\",\"change\":\"" + changes[i] + "\"}");
    }
    return "{\"jobs\":[" + String.join(",", jobs) + "]}";
  }

  private static String info(int number, String name) {
    return "{\"id\":"
        + number
        + ",\"jobName\":\""
        + name
        + "\",\"status\":1,\"timeExpressionType\":1,\"executeType\":1,\"processorType\":1,"
        + "\"processorInfo\":\"com.acme.Noop\",\"lifecycle\":\"{}\"}";
  }
}
