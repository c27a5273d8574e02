package dev.orrery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.cli.FakeScheduler.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorOutputTest {
  private static final String PROBLEM =
      "{\"type\":\"about:blank\",\"status\":422,\"code\":\"INVALID\",\"detail\":\"Too late.\","
          + "\"field\":\"runAt\",\"settingToChange\":\"scheduler: orrery.x\"}";

  private final FakeScheduler scheduler = new FakeScheduler();

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-o json", "-ojson", "-o=json", "--output json", "--output=json"})
  void printsApiErrorAsProblemDocumentForJsonOutput(String option) {
    scheduler.on("POST /apps/a/jobs/j/instances", 422, PROBLEM);

    Result result = scheduler.run(("run j -a a " + option).split(" "));

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).isEqualTo(PROBLEM + "\n");
  }

  /** Code 3 is for calls without a response. */
  @ParameterizedTest
  @CsvSource({
    "401, UNAUTHENTICATED",
    "404, APP_NOT_FOUND",
    "409, JOB_CHANGED",
    "422, INVALID",
    "429, OVERLOADED",
    "500, INTERNAL",
    "503, UNAVAILABLE"
  })
  void returnsExitCodeOneForErrorFromScheduler(int status, String code) {
    scheduler.on(
        "POST /apps/a/jobs/j/instances", status, "{\"code\":\"" + code + "\",\"detail\":\"Why.\"}");

    Result result = scheduler.run("run", "j", "-a", "a");

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).startsWith(code + ": Why.");
  }

  @ParameterizedTest
  @CsvSource({
    "run j -a a, POST /apps/a/jobs/j/instances",
    "cancel 9, POST /instances/9/cancel",
    "retry 9, POST /instances/9/retry",
    "backfill start j -a a --from 2027-03-01T00:00:00Z, POST /apps/a/jobs/j/backfills"
  })
  void sendsPostOnlyOnceWhenConnectionBreaks(String line, String call) {
    scheduler.breaksAt(call);

    Result result = scheduler.run(line.split(" "));

    assertThat(result.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(scheduler.asked()).filteredOn(asked -> asked.startsWith("POST")).hasSize(1);
  }

  @Test
  void refusesInvalidHostNameInUrl() {
    Result result = FakeScheduler.execute("status", "--url", "http://my_service:7700");

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("'my_service' is not a host name", "use another name");
  }

  @Test
  void refusesArgumentFileReference(@TempDir Path directory) throws IOException {
    Path arguments = Files.writeString(directory.resolve("arguments"), "--version");

    Result result = scheduler.run("ps", "@" + arguments);

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("@" + arguments);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status --url http://u:PASSWORD@127.0.0.1:1",
        "doctor --url http://u:PASSWORD@127.0.0.1:1 -o json",
        "ps -a a --url htp://u:PASSWORD@127.0.0.1:1",
        "ps -a a http://u:PASSWORD@127.0.0.1:1 -o json"
      })
  void refusesPasswordInUrlWithoutPrintingIt(String line) {
    Result result = FakeScheduler.execute((line + " --token t").split(" "));

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.err() + result.out()).contains("***@127").doesNotContain("PASSWORD");
  }

  @Test
  void printsUsageAndConnectionErrorsAsProblemDocuments() throws JsonProcessingException {
    JsonNode mistake = error(scheduler.run("run", "-o", "json"));
    JsonNode refusedHere = error(scheduler.run("ps", "--limit", "0", "-o", "json"));
    scheduler.close();
    JsonNode unreachable = error(scheduler.run("ps", "-a", "a", "-o", "json"));

    assertThat(mistake.path("code").asText()).isEqualTo("USAGE");
    assertThat(mistake.path("detail").asText()).contains("JOB").doesNotContain("--help");
    assertThat(refusedHere.path("code").asText()).isEqualTo("USAGE");
    assertThat(refusedHere.path("detail").asText()).startsWith("--limit must be");
    assertThat(unreachable.path("code").asText()).isEqualTo("UNREACHABLE");
    assertThat(unreachable.path("detail").asText()).startsWith("No scheduler answers at ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          run j -p name        | --parameter must be NAME=VALUE; got 'name'         | ./orrery run
          ps --parameter name  | --parameter: write NAME=VALUE or NAME:VALUE; got 'name' | ./orrery ps
          jobs --label =a      | --label: write NAME=VALUE or NAME:VALUE; got '=a' | ./orrery jobs
          logs                 | Missing required parameter: 'ID'                   | ./orrery logs
          ps --bogus           | Unknown option '--bogus'.                          | ./orrery ps
          ps --limt 3          | Unknown option '--limt'. Did you mean --limit?     | ./orrery ps
          ps --stat FAILED     | Unknown option '--stat'. Did you mean --state?     | ./orrery ps
          ps nightly           | Unexpected argument 'nightly'.                     | ./orrery ps
          ps -n 5              | Unknown option '-n'. Did you mean --limit?        | ./orrery ps
          run j day=1          | Unexpected argument 'day=1'. Did you mean -p day=1? | ./orrery run
          list                 | Unknown command 'list'. Did you mean jobs?     | ./orrery
          version              | Unknown command 'version'. Did you mean --version? | ./orrery
          jobs --state broken  | --state must be enabled, disabled, paused, failing or overdue; got 'broken' | ./orrery jobs
          pss                  | Unknown command 'pss'. Did you mean ps?        | ./orrery
          complet              | Unknown command 'complet'. Did you mean completion? | ./orrery
          wokers               | Unknown command 'wokers'. Did you mean workers? | ./orrery
          hlep                 | Unknown command 'hlep'. Did you mean help?     | ./orrery
          ps --hlep            | Unknown option '--hlep'. Did you mean --help?  | ./orrery ps
          ps --limit x         | --limit must be a whole number; got 'x'        | ./orrery ps
          ps -o yaml           | --output must be table or json; got 'yaml'     | ./orrery ps
          completion csh       | SHELL must be bash, zsh or fish; got 'csh'     | ./orrery completion
          ps --since x         | --since: 'x' is not a time such as 30s, 2m, 1h or 7d | ./orrery ps
          frobnicate           | Unknown command 'frobnicate'.                  | ./orrery
          token                | 'token' needs a command: create, list, revoke.     | ./orrery token
          """)
  void printsUsageErrorInOneSentenceWithHelpHint(String words, String message, String command) {
    Result result = FakeScheduler.execute(words.split(" "));

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines())
        .containsExactly(message, "'" + command + " --help' lists its arguments.");
  }

  @Test
  void listsCommandsWhenCalledWithoutArguments() {
    Result result = FakeScheduler.execute();

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).startsWith("Usage: orrery").contains("workers").contains("backfill");
  }

  private static JsonNode error(Result result) throws JsonProcessingException {
    assertThat(result.exitCode()).isNotZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(1);
    return new ObjectMapper().readTree(result.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"one\nSECRET", "one SECRET", "öne-SECRET", "one\u0000SECRET"})
  void namesSourceOfUnprintableTokenWithoutPrintingTheToken(String token) {
    for (String format : List.of("table", "json")) {
      Result result =
          FakeScheduler.execute(
              "ps", "--url", "http://127.0.0.1:9", "--token", token, "-o", format);

      assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(result.err())
          .contains("The token (--token) must be printable ASCII characters without blanks.")
          .doesNotContain("SECRET");
    }
  }
}
