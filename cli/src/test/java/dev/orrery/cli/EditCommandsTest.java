package dev.orrery.cli;

import static dev.orrery.cli.FakeScheduler.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.orrery.cli.FakeScheduler.Result;
import dev.orrery.cli.apply.JobsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Tests commands that show and change apps, tokens, job documents, backfills and webhooks. */
class EditCommandsTest {
  private static final String JOB =
      "{\"name\":\"nightly\",\"trigger\":{\"cron\":\"0 30 2 * * *\",\"zone\":\"Europe/Berlin\"},"
          + "\"processor\":{\"type\":\"shell\",\"command\":[\"run\",\"30\",\"yes\"]},"
          + "\"parameters\":{\"count\":\"007\",\"text\":\"a: b\"}}";
  private static final String SHOWN =
      JOB.substring(0, JOB.length() - 1) + ",\"status\":{\"version\":3,\"paused\":false}}";

  private final FakeScheduler scheduler = new FakeScheduler();
  @TempDir private Path directory;

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @Test
  void printsJobDocumentAsYaml() {
    scheduler.on("GET /apps/a/jobs/nightly", 200, SHOWN);

    Result result = scheduler.run("get", "job", "nightly", "-a", "a");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .startsWith("name: nightly\n")
        .contains("  cron: 0 30 2 * * *\n")
        .doesNotContain("status");
  }

  @Test
  void showsInstanceGivenById() {
    scheduler.on("GET /instances/7", 200, "{\"id\":\"7\",\"job\":\"j\",\"state\":\"WAITING\"}");
    scheduler.on("GET /instances/7/attempts?limit=500", 200, "{\"items\":[]}");

    assertThat(scheduler.run("get", "7").out()).contains("instance    7");
  }

  @Test
  void showsAttemptsFromAllPages() {
    String attempts = "GET /instances/7/attempts?limit=500";
    scheduler.on("GET /instances/7", 200, "{\"id\":\"7\",\"job\":\"j\",\"state\":\"RUNNING\"}");
    scheduler.on(attempts, 200, "{\"items\":[{\"attempt\":1,\"state\":\"LOST\"}],\"next\":\"1\"}");
    scheduler.on(attempts + "&after=1", 200, page("{\"attempt\":2,\"state\":\"RUNNING\"}"));

    assertThat(scheduler.run("get", "7").out()).contains("1        LOST\n", "2        RUNNING\n");
  }

  @Test
  void exportsFilesThatApplyReadsAsTheSameDocuments() throws IOException {
    scheduler.on("GET /apps/a/jobs?limit=500", 200, page(SHOWN));
    scheduler.on("GET /apps/a/jobs/nightly", 200, SHOWN);

    Path all = write("all.yaml", scheduler.run("export", "-a", "a").out());
    Path named = write("named.yaml", scheduler.run("export", "nightly", "-a", "a").out());
    Path json = write("all.json", scheduler.run("export", "-a", "a", "-o", "json").out());

    for (Path file : new Path[] {all, named, json}) {
      JobsFile jobs = JobsFile.read(file);
      assertThat(jobs.app()).isEqualTo("a");
      assertThat(jobs.jobs()).containsOnlyKeys("nightly");
      assertThat(jobs.jobs().get("nightly")).hasToString(JOB);
    }
  }

  @Test
  void exportsAppWithoutJobsAsFileThatApplyReads() throws IOException {
    scheduler.on("GET /apps/a/jobs?limit=500", 200, page());

    Path file = write("none.yaml", scheduler.run("export", "-a", "a").out());

    assertThat(JobsFile.read(file).jobs()).isEmpty();
  }

  @Test
  void deletesJobAndPrintsItsJobAndAppName() {
    scheduler.on("DELETE /apps/a/jobs/nightly", 204, "");

    Result result = scheduler.run("delete", "nightly", "-a", "a", "--yes");

    assertThat(result.out()).isEqualTo("job nightly of app a deleted\n");
    assertThat(scheduler.asked()).containsExactly("DELETE /apps/a/jobs/nightly");
  }

  @Test
  void listsCreatesAndUpdatesApps() {
    scheduler.on(
        "GET /apps?limit=500",
        200,
        page("{\"name\":\"a\",\"description\":\"invoices\",\"paused\":true}"));
    scheduler.on("PUT /apps/b", 201, "{\"name\":\"b\"}").on("PUT /apps/b", 200, "{\"name\":\"b\"}");

    assertThat(scheduler.run("app", "list").out()).contains("a    paused  invoices");
    assertThat(scheduler.run("app", "create", "b").out()).isEqualTo("app b created\n");
    assertThat(scheduler.run("app", "create", "b", "--description", "x").out())
        .isEqualTo("app b updated\n");
    assertThat(scheduler.asked()).contains("PUT /apps/b {}", "PUT /apps/b {\"description\":\"x\"}");
  }

  @Test
  void opensAndClosesAppForPowerJobWorkers() {
    scheduler
        .on("PUT /apps/a/powerjob", 200, "{\"name\":\"a\",\"appId\":7,\"enabled\":true}")
        .on("PUT /apps/a/powerjob", 200, "{\"name\":\"old\",\"appId\":7,\"enabled\":false}");
    scheduler.on("DELETE /apps/a/powerjob", 204, "");

    assertThat(scheduler.run("powerjob", "open", "a").out())
        .isEqualTo("app a is open to PowerJob workers with appName a\n");
    assertThat(scheduler.run("powerjob", "open", "a", "--name", "old").out())
        .contains("with appName old")
        .contains("set orrery.powerjob.enabled=true on the scheduler");
    assertThat(scheduler.run("powerjob", "close", "a").out())
        .isEqualTo("app a is closed for PowerJob workers and clients\n");
    assertThat(scheduler.asked())
        .containsExactly(
            "PUT /apps/a/powerjob {}",
            "PUT /apps/a/powerjob {\"name\":\"old\"}",
            "DELETE /apps/a/powerjob");
  }

  @Test
  void sendsPowerJobClientPasswordReadFromFile(@TempDir Path files) throws IOException {
    Path password = Files.writeString(files.resolve("password"), "a long password\n");
    Path empty = Files.writeString(files.resolve("empty"), "\n");
    scheduler.on(
        "PUT /apps/a/powerjob",
        200,
        "{\"name\":\"a\",\"appId\":7,\"enabled\":true,\"hasPassword\":true}");

    assertThat(scheduler.run("powerjob", "open", "a", "--password-file", password.toString()).out())
        .isEqualTo("app a is open to PowerJob workers and clients with appName a\n");
    assertThat(scheduler.asked())
        .containsExactly("PUT /apps/a/powerjob {\"password\":\"a long password\"}");
    assertThat(scheduler.run("powerjob", "open", "a", "--password-file", empty.toString()).err())
        .contains("is empty. Write the password to it.");
    assertThat(scheduler.run("powerjob", "open", "a", "--password-file", files + "/no").err())
        .contains("there is no such file");
  }

  @Test
  void deletesNonemptyAppOnlyWhenConfirmedByName() {
    scheduler.on(
        "DELETE /apps/a",
        409,
        "{\"code\":\"APP_NOT_EMPTY\",\"detail\":\"App 'a' has 2 jobs. Delete them first, or add"
            + " ?withContents=true to delete them with the app.\"}");
    scheduler.on("DELETE /apps/a?withContents=true", 204, "");

    Result refused = scheduler.run("app", "delete", "a");
    Result mistaken = scheduler.run("app", "delete", "a", "--with-contents", "b");
    Result deleted = scheduler.run("app", "delete", "a", "--with-contents", "a");

    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("has 2 jobs").contains("or add --with-contents a to");
    assertThat(mistaken.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(deleted.out()).isEqualTo("app a deleted\n");
    assertThat(scheduler.asked())
        .containsExactly("DELETE /apps/a", "DELETE /apps/a?withContents=true");
  }

  @Test
  void printsOnlyTheCreatedTokenToStandardOutput() {
    scheduler.on(
        "POST /apps/a/tokens", 201, "{\"id\":\"5\",\"token\":\"s3cret\",\"role\":\"worker\"}");

    Result result = scheduler.run("token", "create", "--role", "worker", "-a", "a");

    assertThat(result.out()).isEqualTo("s3cret\n");
    assertThat(result.err()).isEqualTo("token 5, role worker\n");
    assertThat(scheduler.asked()).containsExactly("POST /apps/a/tokens {\"role\":\"worker\"}");
  }

  @Test
  void sendsTokenNameAndExpiry() {
    scheduler.on(
        "POST /apps/a/tokens",
        201,
        "{\"id\":\"5\",\"token\":\"s3cret\",\"role\":\"viewer\",\"name\":\"ci\","
            + "\"expiresAt\":\"2027-01-01T00:00:00Z\"}");
    Instant before = Instant.now();

    Result result =
        scheduler.run(
            "token",
            "create",
            "--role",
            "viewer",
            "--name",
            "ci",
            "--expires",
            "30d",
            "-a",
            "a",
            "--utc");

    assertThat(result.out()).isEqualTo("s3cret\n");
    assertThat(result.err()).isEqualTo("token 5, role viewer, expires 2027-01-01T00:00:00Z\n");
    String asked = scheduler.asked().get(0);
    assertThat(asked)
        .startsWith("POST /apps/a/tokens {\"role\":\"viewer\",\"name\":\"ci\",\"expiresAt\":\"");
    assertThat(Instant.parse(asked.substring(asked.length() - 22, asked.length() - 2)))
        .isCloseTo(before.plus(30, ChronoUnit.DAYS), within(1, ChronoUnit.MINUTES));
  }

  @Test
  void marksExpiredTokenInTokenList() {
    scheduler.on(
        "GET /apps/a/tokens?limit=500",
        200,
        page(
            "{\"id\":\"5\",\"role\":\"viewer\",\"createdAt\":\"2025-01-01T00:00:00Z\","
                + "\"name\":\"ci\",\"expiresAt\":\"2025-02-01T00:00:00Z\"}"));

    assertThat(scheduler.run("token", "list", "-a", "a", "--utc").out())
        .contains("5      viewer  2025-01-01T00:00:00Z  expired 2025-02-01T00:00:00Z  ci");
  }

  @Test
  void listsAndRevokesTokens() {
    scheduler.on(
        "GET /apps/a/tokens?limit=500",
        200,
        "{\"items\":[{\"id\":\"5\",\"role\":\"viewer\",\"createdAt\":\"2027-01-01T00:00:00Z\"}],"
            + "\"next\":null}");
    scheduler.on("DELETE /apps/a/tokens/5", 204, "");

    assertThat(scheduler.run("token", "list", "-a", "a", "--utc").out())
        .contains("5      viewer  2027-01-01T00:00:00Z  -");
    assertThat(scheduler.run("token", "revoke", "5", "-a", "a").out())
        .isEqualTo("token 5 revoked\n");
  }

  @Test
  void startsListsAndCancelsBackfills() {
    String backfill =
        "{\"id\":\"17\",\"job\":\"n\",\"from\":\"2027-03-01T00:00:00Z\","
            + "\"until\":\"2027-03-07T00:00:00Z\",\"overlap\":\"allow\",\"instances\":5,"
            + "\"states\":{\"SUCCEEDED\":2,\"WAITING\":3}}";
    String path = "/apps/a/jobs/n/backfills";
    scheduler.on("POST " + path, 202, backfill);
    scheduler.on("GET " + path + "?limit=500", 200, page(backfill));
    scheduler.on("POST " + path + "/17/cancel", 202, backfill);

    Result started =
        scheduler.run(
            "backfill",
            "start",
            "n",
            "--from",
            "2027-03-01T00:00:00Z",
            "--until",
            "2027-03-07T00:00:00Z",
            "--overlap",
            "allow",
            "-a",
            "a");

    assertThat(started.out()).isEqualTo("17\n");
    assertThat(started.err()).isEqualTo("5 instances\n");
    assertThat(scheduler.run("backfill", "list", "n", "-a", "a").out())
        .contains("2 SUCCEEDED, 3 WAITING");
    assertThat(scheduler.run("backfill", "cancel", "n", "17", "-a", "a").exitCode()).isZero();
    assertThat(scheduler.asked())
        .contains(
            "POST "
                + path
                + " {\"from\":\"2027-03-01T00:00:00Z\",\"until\":\"2027-03-07T00:00:00Z\","
                + "\"overlap\":\"allow\"}",
            "POST " + path + "/17/cancel");
  }

  @Test
  void writesWebhookFromFileAndPrintsSecretOnlyOnCreation() throws IOException {
    Path file = write("hook.yaml", "url: https://example.org/hook\nevents: [failed]\n");
    scheduler.on("PUT /apps/a/webhooks/ops", 201, "{\"name\":\"ops\",\"secret\":\"whsec_x\"}");
    scheduler.on("PUT /apps/a/webhooks/ops", 200, "{\"name\":\"ops\"}");

    Result created = scheduler.run("webhook", "put", "ops", "-f", file.toString(), "-a", "a");
    Result updated = scheduler.run("webhook", "put", "ops", "-f", file.toString(), "-a", "a");

    assertThat(created.out()).isEqualTo("whsec_x\n");
    assertThat(created.err())
        .isEqualTo("webhook ops created\nSend a test message: orrery webhook test ops\n");
    assertThat(updated.out()).isEmpty();
    assertThat(updated.err()).isEqualTo("webhook ops updated\n");
    assertThat(scheduler.asked())
        .first()
        .isEqualTo(
            "PUT /apps/a/webhooks/ops"
                + " {\"url\":\"https://example.org/hook\",\"events\":[\"failed\"]}");
  }

  @Test
  void showsFailingWebhookInWebhookList() {
    scheduler.on(
        "GET /apps/a/webhooks?limit=500",
        200,
        page(
            "{\"name\":\"ops\",\"url\":\"https://example.org\",\"events\":[\"failed\"],"
                + "\"enabled\":true,\"status\":{\"lastError\":\"the receiver answered 500 "
                + "x".repeat(100)
                + "\"}}",
            "{\"name\":\"well\",\"format\":\"slack\",\"url\":\"https://example.org\",\"events\":[\"failed\"],"
                + "\"enabled\":true,\"status\":{\"version\":1}}"));

    assertThat(scheduler.run("webhook", "list", "-a", "a").out().lines())
        .anyMatch(
            line -> line.matches("ops +json +failing: the receiver answered 500 x{34}… +failed .*"))
        .anyMatch(line -> line.matches("well +slack +enabled +failed .*"));
  }

  @Test
  void listsWebhooksAndDeliveriesAndRotatesSecret() {
    scheduler.on(
        "GET /apps/a/webhooks?limit=500",
        200,
        page(
            "{\"name\":\"ops\",\"url\":\"https://example.org\",\"events\":[\"failed\"],"
                + "\"enabled\":false,\"status\":{\"disabledReason\":\"410 Gone\"}}"));
    scheduler.on(
        "GET /apps/a/webhooks/ops/deliveries?limit=20",
        200,
        "{\"items\":[{\"id\":\"9\",\"event\":\"failed\",\"state\":\"GIVEN_UP\",\"attempts\":3,"
            + "\"createdAt\":\"2027-01-01T00:00:00Z\",\"status\":500,\"error\":\"status 500\"}],"
            + "\"next\":null}");
    scheduler.on("POST /apps/a/webhooks/ops/test", 202, "{\"id\":\"10\"}");
    scheduler.on("POST /apps/a/webhooks/ops/secret", 200, "{\"secret\":\"whsec_y\"}");
    scheduler.on("DELETE /apps/a/webhooks/ops", 204, "");

    assertThat(scheduler.run("webhook", "list", "-a", "a").out())
        .contains("disabled: 410 Gone  failed  all");
    assertThat(scheduler.run("webhook", "deliveries", "ops", "-a", "a").out())
        .contains("GIVEN_UP  3");
    assertThat(scheduler.run("webhook", "test", "ops", "-a", "a").out()).isEqualTo("10\n");
    assertThat(scheduler.run("webhook", "rotate", "ops", "-a", "a").out()).isEqualTo("whsec_y\n");
    assertThat(scheduler.run("webhook", "delete", "ops", "-a", "a").out())
        .isEqualTo("webhook ops deleted\n");
  }

  @Test
  void showsPortsInStatusAndFailsWhenWorkerIsRefused() {
    scheduler.on(
        "GET /protocol",
        200,
        "{\"active\":[\"http\",\"akka\"],\"main\":\"http\",\"recordedMain\":\"http\","
            + "\"minVersion\":1,\"maxVersion\":1,\"softwareVersion\":\"0.1.0\",\"ports\":["
            + "{\"number\":7700,\"name\":\"api\",\"side\":\"scheduler\",\"open\":true,"
            + "\"sessions\":0,\"carries\":\"REST API\"},"
            + "{\"number\":9100,\"name\":\"agent-management\",\"side\":\"agent\",\"open\":true,"
            + "\"sessions\":0,\"carries\":\"health\"}]}");
    String workers = "{\"items\":[{\"app\":\"a\"},{\"app\":\"a\"}],\"refused\":[%s],\"next\":null}";
    scheduler.on("GET /workers?limit=500", 200, String.format(workers, ""));
    scheduler.on(
        "GET /workers?limit=500",
        200,
        String.format(
            workers,
            "{\"app\":\"a\",\"worker\":\"w\",\"code\":\"FORBIDDEN\",\"detail\":\"Other app.\","
                + "\"settingToChange\":\"worker: orrery.worker.app\",\"times\":2}"));

    scheduler.on(
        "GET /storage",
        200,
        "{\"estimated\":false,\"tables\":[{\"name\":\"log_chunk\",\"bytes\":9437184,\"oldestDay\":\"2027-01-05\"},"
            + "{\"name\":\"instance_history\",\"bytes\":1048576,\"oldestDay\":\"2027-01-02\"}],"
            + "\"transactions\":{\"oldest\":\"PT2.5S\",\"hidden\":null}}");
    scheduler.on("GET /storage", 403, "{\"code\":\"FORBIDDEN\",\"detail\":\"Another role.\"}");

    Result healthy = scheduler.run("status");
    Result refused = scheduler.run("status");

    assertThat(healthy.exitCode()).isZero();
    assertThat(healthy.out())
        .contains("http, akka (main: http), version 1")
        .contains("database    10 MiB, history since 2027-01-02, oldest transaction 2.5s")
        .contains("2 of app a")
        .contains("7700  api               scheduler  open")
        .contains("9100  agent-management  agent      on workers  0")
        .doesNotContain("REFUSED");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.out())
        .contains("FORBIDDEN: Other app. To change: worker: orrery.worker.app")
        .doesNotContain("database");
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "--help"})
  void listsAllCommandsInHelp(String word) {
    Result result = FakeScheduler.execute(word);

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("Examples:", "./orrery up", "Exit codes:", "https://orrery.dev")
        .containsSubsequence("Jobs:", "apply", "Runs:", "run ", "Workers, apps", "token", "status")
        .doesNotContain("  names ");
    for (CommandLine command : Main.commandLine().getSubcommands().values()) {
      if (!command.getCommandSpec().usageMessage().hidden()) {
        assertThat(result.out().lines())
            .as(command.getCommandName())
            .filteredOn(line -> line.matches("  " + command.getCommandName() + " +[A-Z].*"))
            .hasSize(1);
      }
    }
  }

  @Test
  void printsUsageInHelpOfSingleCommand() {
    assertThat(FakeScheduler.execute("help", "token").out()).contains("Usage: orrery token");
  }

  @Test
  void printsCompletionScriptCoveringAllCommands() {
    Result result = FakeScheduler.execute("completion");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("complete -F").contains("backfill").contains("--overlap");
  }

  @ParameterizedTest
  @ValueSource(strings = {"apply -f", "webhook put ops -a a -f"})
  void reportsMissingFileAsUsageError(String command) {
    Path missing = directory.resolve("nonsuch.yaml");

    Result result = scheduler.run((command + " " + missing).split(" ", -1));

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).isEqualTo(missing + ": there is no such file\n");
    assertThat(scheduler.asked()).isEmpty();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void printsAllValidationErrorsOfWebhook() throws IOException {
    Path file = write("hook.yaml", "url: ftp://x\nthreshold: 0\n");
    scheduler.on(
        "PUT /apps/a/webhooks/ops",
        422,
        "{\"code\":\"INVALID\",\"detail\":\"'url' is bad.\",\"field\":\"url\",\"errors\":["
            + "{\"field\":\"url\",\"message\":\"'url' is bad.\"},"
            + "{\"field\":\"threshold\",\"message\":\"'threshold' is bad.\"}]}");

    Result result = scheduler.run("webhook", "put", "ops", "-a", "a", "-f", file.toString());

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err())
        .contains("INVALID: 'url' is bad.\n")
        .contains("INVALID: 'threshold' is bad.\n");
  }

  @Test
  void printsFirstFiveErrorsOfInvalidWebhookFile() throws IOException {
    Path file = write("hook.yaml", "a: x\n");
    String errors =
        IntStream.range(0, 8)
            .mapToObj(i -> "{\"field\":\"f" + i + "\",\"message\":\"No f" + i + ".\"}")
            .collect(Collectors.joining(","));
    scheduler.on(
        "PUT /apps/a/webhooks/ops",
        422,
        "{\"code\":\"INVALID\",\"detail\":\"No f0.\",\"errors\":[" + errors + "]}");

    Result result = scheduler.run("webhook", "put", "ops", "-a", "a", "-f", file.toString());

    assertThat(result.err().lines())
        .hasSize(6)
        .startsWith("INVALID: No f0.")
        .endsWith("INVALID: No f4.", "and 3 more");
  }
}
