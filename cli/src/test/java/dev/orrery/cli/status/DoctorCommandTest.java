package dev.orrery.cli.status;

import static dev.orrery.cli.FakeScheduler.page;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.FakeScheduler;
import dev.orrery.cli.FakeScheduler.Result;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.stack.RunningStack;
import dev.orrery.cli.view.TimeText;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class DoctorCommandTest {
  private static final String WORKER =
      "{\"name\":\"w1\",\"app\":\"a\",\"softwareVersion\":\"0.1.0\","
          + "\"processors\":[\"noop\",\"shell\"],\"tags\":[\"eu\"]}";
  private static final String UNMATCHED =
      "{\"job\":\"i\",\"waitingFor\":\"NO_MATCHING_WORKER\",\"processor\":\"java:import\","
          + "\"requiredTags\":[\"gpu\"]}";
  private static final String FORBIDDEN =
      "{\"code\":\"FORBIDDEN\",\"detail\":\"This call needs a token with another role.\"}";

  private final FakeScheduler scheduler = new FakeScheduler();
  private final FakeScheduler management = new FakeScheduler();
  private final List<String> counts = new ArrayList<>();
  @TempDir private Path directory;

  @AfterEach
  void stop() {
    scheduler.close();
    management.close();
  }

  @Test
  void reportsAllChecksOkForHealthyScheduler() {
    healthy();

    Result result = scheduler.run("doctor");

    assertThat(result.exitCode()).as(result.out()).isZero();
    assertThat(result.out())
        .contains("OK      api       " + scheduler.url() + " answers.")
        .contains("OK      token     accepted, role admin.")
        .contains("OK      ports     open: " + port(scheduler) + " api, ")
        .contains("OK      health    all checks of the scheduler are UP")
        .contains("OK      workers   1 connected.")
        .contains("OK      versions  all are 0.1.0.")
        .contains("OK      waiting   no run waits for anything but its turn.")
        .doesNotContain("WARN", "FAIL");
  }

  @Test
  void reportsHighestRoleOfTheToken() {
    scheduler.on("GET /cluster", 403, FORBIDDEN).on("GET /cluster", 403, FORBIDDEN);
    scheduler
        .on("GET /apps/a/tokens?limit=1", 200, "{\"items\":[]}")
        .on("GET /apps/a/tokens?limit=1", 403, FORBIDDEN);
    healthy();

    assertThat(scheduler.run("doctor").out()).contains("role operator of app a.");
    assertThat(scheduler.run("doctor").out()).contains("role viewer of app a.");
  }

  @Test
  void failsForWorkerTokenAndUnknownToken() throws JsonProcessingException {
    scheduler.on("GET /apps?limit=500", 403, FORBIDDEN);
    scheduler
        .on("GET /protocol", 200, "{\"softwareVersion\":\"0.1.0\",\"ports\":[]}")
        .on("GET /protocol", 401, "{\"code\":\"UNAUTHENTICATED\",\"detail\":\"Not known.\"}");

    JsonNode worker = check("token", scheduler.run("doctor", "-o", "json"));
    JsonNode unknown = check("token", scheduler.run("doctor", "-o", "json"));

    assertThat(worker.path("status").asText()).isEqualTo("FAIL");
    assertThat(worker.path("fix").asText()).contains("role viewer or operator");
    assertThat(unknown.path("status").asText()).isEqualTo("FAIL");
    assertThat(unknown.path("fix").asText()).contains("ORRERY_TOKEN");
  }

  @Test
  void failsWhenSchedulerIsUnreachable() {
    scheduler.close();

    Result result = scheduler.run("doctor");

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.out())
        .contains("FAIL    api    No scheduler answers at " + scheduler.url())
        .contains("Fix: start a scheduler with ./orrery up, or set ORRERY_URL");
  }

  @Test
  void failsForRefusedWorkerAndNamesTheSettingToChange() throws JsonProcessingException {
    scheduler.on(
        "GET /workers?limit=500",
        200,
        "{\"items\":[],\"refused\":[{\"app\":\"a\",\"worker\":\"w\",\"code\":\"FORBIDDEN\","
            + "\"detail\":\"Other app.\",\"at\":\"2027-01-01T00:00:00Z\","
            + "\"settingToChange\":\"worker: orrery.worker.app\"}],\"next\":null}");
    healthy();

    Result result = scheduler.run("doctor", "-o", "json");

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    JsonNode checks = new ObjectMapper().readTree(result.out()).path("checks");
    assertThat(checks)
        .anyMatch(check -> check.path("detail").asText().equals("none is connected."))
        .anyMatch(
            check ->
                check.path("status").asText().equals("FAIL")
                    && check.path("detail").asText().contains("FORBIDDEN: Other app.")
                    && check.path("fix").asText().equals("worker: orrery.worker.app"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "worker":"w","app":"a"                      | worker w of app a was refused, last
          "worker":"w","app":"a","requestedApp":"b"   | worker w of app a (asks for b) was refused, last
          "address":"192.0.2.7"                       | a worker at 192.0.2.7 was refused, last
          "dialect":"powerjob","address":"192.0.2.7"  | a PowerJob worker at 192.0.2.7 was refused, last
          "dialect":"powerjob","address":"192.0.2.7","app":"a" | a PowerJob worker at 192.0.2.7 of app a was refused, last
          "dialect":"powerjob","address":"192.0.2.7","requestedApp":"b" | a PowerJob worker at 192.0.2.7 (asks for b) was refused, last
          "address":"192.0.2.7","app":"a"             | a worker at 192.0.2.7 with a token of app a was refused, last
          """)
  void namesRefusedWorkerByItsKnownAttributes(String known, String named) {
    scheduler.on(
        "GET /workers?limit=500",
        200,
        "{\"items\":[],\"refused\":[{"
            + known
            + ",\"code\":\"FORBIDDEN\",\"detail\":\"No.\",\"at\":\""
            + Instant.now().plusSeconds(60)
            + "\"}],"
            + "\"next\":null}");
    healthy();

    assertThat(scheduler.run("doctor", "-o", "json").out()).contains("\"" + named + " 0ms ago: ");
  }

  @Test
  void failsWithReasonOfFailedHealthCheck() throws JsonProcessingException {
    management.on(
        "GET /q/health",
        503,
        "{\"status\":\"DOWN\",\"checks\":[{\"name\":\"database\",\"status\":\"UP\"},"
            + "{\"name\":\"embedded-database\",\"status\":\"DOWN\",\"data\":"
            + "{\"reason\":\"it died\"}}]}");
    healthy();

    Result result = scheduler.run("doctor", "-o", "json");

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(check("embedded-database", result).path("detail").asText())
        .isEqualTo("DOWN: it died.");
  }

  @ParameterizedTest
  @CsvSource({
    "database, database, check that PostgreSQL runs",
    "database, embedded-database, see the log of the embedded database",
    "schema, database, see the log of the scheduler",
  })
  void attributesApiOutageToTheFailedHealthCheck(String down, String up, String fix) {
    scheduler.on("GET /protocol", 503, "{\"code\":\"UNAVAILABLE\",\"detail\":\"Try again.\"}");
    management.on(
        "GET /q/health",
        503,
        "{\"status\":\"DOWN\",\"checks\":[{\"name\":\"%s\",\"status\":\"UP\"},".formatted(up)
            + "{\"name\":\"%s\",\"status\":\"DOWN\"}]}".formatted(down));

    List<Finding> findings = findings(port(management));

    assertThat(findings)
        .containsExactly(
            Finding.warn("api", "UNAVAILABLE: Try again.", "first fix what is DOWN"),
            Finding.fail(down, "DOWN.", findings.get(1).fix()));
    assertThat(findings.get(1).fix()).startsWith(fix);
  }

  @Test
  void failsApiCheckWhenHealthIsUnavailable() {
    scheduler.on("GET /protocol", 503, "{\"code\":\"UNAVAILABLE\",\"detail\":\"Try again.\"}");
    int closed = port(management);
    management.close();

    assertThat(findings(closed))
        .containsExactly(
            Finding.fail("api", "UNAVAILABLE: Try again.", "see the log of the scheduler"));
  }

  private List<Finding> findings(int managementPort) {
    return new SchedulerCheck(
            new SchedulerClient(URI.create(scheduler.url()), "token"),
            new TimeText(Instant.EPOCH, ZoneOffset.UTC, true),
            "dev",
            false,
            managementPort)
        .findings();
  }

  @Test
  void warnsOfUnmatchedWaitingInstancesWithSuggestedFix() throws JsonProcessingException {
    waiting("DUE_TIME", 7, "");
    waiting("NO_MATCHING_WORKER", 2, UNMATCHED + "," + UNMATCHED);
    healthy();

    Result result = scheduler.run("doctor", "-o", "json");

    assertThat(result.exitCode()).isZero();
    JsonNode waiting = check("waiting", result);
    assertThat(waiting.path("status").asText()).isEqualTo("WARN");
    assertThat(waiting.path("detail").asText())
        .isEqualTo(
            "app a: 2 runs are waiting (i): no connected worker has the required processor (job code) and tags."
                + " i needs java:import, tag gpu; the workers have noop, shell, tag eu.");
  }

  @ParameterizedTest
  @CsvSource({
    "PAUSED, the job is paused., ./orrery resume JOB -a a",
    "APP_PAUSED, the app is paused., ./orrery resume -a a",
    "PARENT_LIMIT, too many flows and fan-out jobs of this app are already running.,"
        + " 'start more workers, or start fewer flows and fan-out jobs'",
  })
  void suggestsFixForReasonOfAnyWaitingInstance(String reason, String detail, String fix)
      throws JsonProcessingException {
    waiting(reason, 1, "{\"job\":\"j\"}");
    healthy();

    JsonNode waiting = check("waiting", scheduler.run("doctor", "-o", "json"));

    assertThat(waiting.path("detail").asText()).isEqualTo("app a: 1 run is waiting (j): " + detail);
    assertThat(waiting.path("fix").asText()).isEqualTo(fix);
  }

  @Test
  void suggestsPowerJobWorkersForTheirJobsWhenNoWorkerIsConnected() throws JsonProcessingException {
    waiting("NO_WORKER", 4, "{\"job\":\"j\",\"processor\":\"powerjob\"}");
    healthy();

    JsonNode waiting = check("waiting", scheduler.run("doctor", "-o", "json"));

    assertThat(waiting.path("fix").asText())
        .isEqualTo("start its PowerJob workers, which join after ./orrery powerjob open a");
  }

  @Test
  void countsAllWaitingInstancesButNamesOnlyJobsOfTheNewest() throws JsonProcessingException {
    waiting("PAUSED", 1_200, "{\"job\":\"paused\"},".repeat(499) + "{\"job\":\"other\"}");
    waiting("NO_MATCHING_WORKER", 5, UNMATCHED);
    healthy();

    Result result = scheduler.run("doctor", "-o", "json");

    List<String> details = new ArrayList<>();
    new ObjectMapper()
        .readTree(result.out())
        .path("checks")
        .forEach(check -> details.add(check.path("detail").asText()));
    assertThat(details)
        .contains("app a: 1,200 runs are waiting (other, paused, …): the job is paused.")
        .anyMatch(
            detail -> detail.startsWith("app a: 5 runs are waiting (i): no connected worker"));
  }

  /** Sets the count of a reason, and its newest instances. */
  private void waiting(String reason, int count, String newest) {
    counts.add("{\"waitingFor\":\"%s\",\"count\":%d,\"estimated\":false}".formatted(reason, count));
    String next = count > 500 ? "\"x\"" : "null";
    scheduler.on(
        "GET /apps/a/instances?waitingFor=" + reason + "&limit=500",
        200,
        "{\"items\":[" + newest + "],\"next\":" + next + "}");
  }

  @Test
  void warnsOfWorkerWithDifferentVersion() throws JsonProcessingException {
    scheduler.on(
        "GET /workers?limit=500",
        200,
        "{\"items\":[" + WORKER.replace("0.1.0", "0.0.9") + "],\"refused\":[],\"next\":null}");
    healthy();

    JsonNode versions = check("versions", scheduler.run("doctor", "-o", "json"));

    assertThat(versions.path("status").asText()).isEqualTo("WARN");
    assertThat(versions.path("detail").asText()).isEqualTo("scheduler 0.1.0, but worker w1 0.0.9.");
  }

  @Test
  void ignoresVersionsOfPowerJobWorkers() throws JsonProcessingException {
    scheduler.on(
        "GET /workers?limit=500",
        200,
        "{\"items\":["
            + WORKER.replace(
                "\"softwareVersion\":\"0.1.0\"",
                "\"softwareVersion\":\"PowerJob 4.3.9\",\"agreement\":{\"dialect\":\"powerjob\"}")
            + "],\"refused\":[],\"next\":null}");
    healthy();

    JsonNode versions = check("versions", scheduler.run("doctor", "-o", "json"));

    assertThat(versions.path("status").asText()).isEqualTo("OK");
  }

  @Test
  void namesEndedProcessesOfLocalStack() {
    RunningStack.Member alive = RunningStack.Member.of(ProcessHandle.current());
    RunningStack.Member ended = new RunningStack.Member(alive.pid(), alive.startedAt() + 1);
    new RunningStack(
            "http://localhost:7700",
            Map.of(RunningStack.SCHEDULER, alive, RunningStack.AGENT, ended))
        .write(directory);

    assertThat(StackCheck.findings(directory))
        .containsExactlyInAnyOrder(
            Finding.ok("scheduler", "process " + alive.pid() + " runs."),
            Finding.fail(
                "agent",
                "it has ended; its log is .orrery/agent.log.",
                "./orrery stop, then ./orrery up"));
    assertThat(StackCheck.findings(directory.resolve("none")))
        .containsExactly(Finding.ok("stack", "no local stack runs in this directory."));
  }

  @Test
  void warnsWhenDiskOfLocalStackHasLittleRoom() {
    assertThat(StackCheck.disk(directory, 1L << 30)).isEmpty();

    Finding low = StackCheck.disk(directory, (1L << 30) - 1).orElseThrow();
    assertThat(low.status()).isEqualTo(Finding.Status.WARN);
    assertThat(low.detail()).contains(directory.toString(), "1,023 MiB free");
    assertThat(low.fix()).startsWith("free at least 1 GiB");
  }

  @Test
  void ignoresLocalStackWhenCheckingDifferentScheduler() {
    RunningStack.Member alive = RunningStack.Member.of(ProcessHandle.current());
    new RunningStack("http://localhost:7700", Map.of(RunningStack.SCHEDULER, alive))
        .write(directory);
    Finding runs = Finding.ok("scheduler", "process " + alive.pid() + " runs.");

    assertThat(StackCheck.findings(directory, URI.create("http://other.example:7700")))
        .containsExactly(
            Finding.ok(
                "stack",
                "not checked: the one of this directory is at http://localhost:7700, and"
                    + " http://other.example:7700 is asked."));
    assertThat(StackCheck.findings(directory, URI.create("http://127.0.0.1:7700")))
        .containsExactly(runs);
    assertThat(ClientOptions.isOfStack(directory, URI.create("http://127.0.0.1:7700"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "DISK_FULL, true, 'make room on the disk of the data directory, such as .orrery/data'",
    "DISK_FULL, false, make room on the disk of PostgreSQL",
    "TOO_MANY_CONNECTIONS, false, raise max_connections of PostgreSQL",
    "READ_ONLY, false, set quarkus.datasource.jdbc.url of the scheduler to the primary",
    "AWAY, false, check that PostgreSQL runs",
    "AWAY, true, see the log of the embedded database",
  })
  void suggestsFixForEachReasonOfDatabaseOutage(String code, boolean embedded, String fix) {
    scheduler.on("GET /protocol", 503, "{\"code\":\"UNAVAILABLE\",\"detail\":\"Later.\"}");
    management.on(
        "GET /q/health",
        503,
        "{\"status\":\"DOWN\",\"checks\":["
            + (embedded ? "{\"name\":\"embedded-database\",\"status\":\"UP\"}," : "")
            + "{\"name\":\"database\",\"status\":\"DOWN\",\"data\":{\"code\":\""
            + code
            + "\",\"reason\":\"the reason\"}}]}");

    assertThat(findings(port(management)))
        .anySatisfy(
            finding -> {
              assertThat(finding.check()).isEqualTo("database");
              assertThat(finding.detail()).isEqualTo("DOWN: the reason.");
              assertThat(finding.fix()).startsWith(fix);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "\"PT4M59S\", null, OK",
    "null, null, OK",
    "\"PT2H5M\", null, WARN",
    "null, \"Grant it.\", none",
  })
  void warnsOfLongRunningTransaction(String oldest, String hidden, String status)
      throws JsonProcessingException {
    scheduler.on(
        "GET /storage",
        200,
        "{\"tables\":[],\"transactions\":{\"oldest\":%s,\"hidden\":%s}}".formatted(oldest, hidden));
    healthy();

    Result result = scheduler.run("doctor", "-o", "json");

    if (status.equals("none")) {
      assertThat(result.out()).doesNotContain("\"database\"");
      return;
    }
    JsonNode database = check("database", result);
    assertThat(database.path("status").asText()).isEqualTo(status);
    if (status.equals("WARN")) {
      assertThat(database.path("detail").asText())
          .isEqualTo("a transaction has been open for 2h5m; claims become slower.");
    }
  }

  /** Sets default answers for calls that the test has not configured. */
  private void healthy() {
    scheduler.on(
        "GET /protocol",
        200,
        "{\"softwareVersion\":\"0.1.0\",\"ports\":["
            + "{\"number\":%d,\"name\":\"api\",\"side\":\"scheduler\",\"open\":true},"
                .formatted(port(scheduler))
            + "{\"number\":%d,\"name\":\"management\",\"side\":\"scheduler\",\"open\":true},"
                .formatted(port(management))
            + "{\"number\":1,\"name\":\"akka\",\"side\":\"scheduler\",\"open\":false}]}");
    scheduler.on("GET /apps?limit=500", 200, page("{\"name\":\"a\"}"));
    scheduler.on("GET /cluster", 200, "{\"items\":[]}");
    scheduler.on(
        "GET /workers?limit=500", 200, "{\"items\":[" + WORKER + "],\"refused\":[],\"next\":null}");
    scheduler.on(
        "GET /apps/a/waiting",
        200,
        "{\"estimated\":false,\"items\":[" + String.join(",", counts) + "]}");
    management.on(
        "GET /q/health",
        200,
        "{\"status\":\"UP\",\"checks\":[{\"name\":\"database\",\"status\":\"UP\"}]}");
  }

  private static int port(FakeScheduler server) {
    return URI.create(server.url()).getPort();
  }

  private static JsonNode check(String name, Result result) throws JsonProcessingException {
    for (JsonNode check : new ObjectMapper().readTree(result.out()).path("checks")) {
      if (check.path("check").asText().equals(name)) {
        return check;
      }
    }
    throw new AssertionError(name + " is not in " + result.out());
  }
}
