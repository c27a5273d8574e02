package dev.orrery.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.cli.ExitCode;
import dev.orrery.cli.FakeScheduler;
import dev.orrery.cli.FakeScheduler.Result;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfirmOptionsTest {
  private static final String TWO = "{\"matched\":2,\"changed\":2,\"more\":false}";

  private final FakeScheduler scheduler = new FakeScheduler();
  private final InputStream input = System.in;

  @BeforeEach
  void answerCalls() {
    scheduler
        .on("POST /apps/a/instances:cancel?dryRun=true", 200, TWO)
        .on("POST /apps/a/instances:cancel?dryRun=false", 200, TWO)
        .on("POST /apps/a/instances:retry?dryRun=true", 200, TWO)
        .on("POST /apps/a/instances:retry?dryRun=false", 200, TWO)
        .on("GET /apps/a/jobs/j", 200, "{\"name\":\"j\"}")
        .on("DELETE /apps/a/jobs/j", 204, "");
  }

  @AfterEach
  void stop() {
    scheduler.close();
    System.clearProperty("orrery.input-terminal");
    System.setIn(input);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cancel --all         | Cancel 2 instances of app a? [y/N]
          retry --all --job j  | Retry 2 instances of app a? [y/N]
          delete j             | Delete job j of app a, and cancel its waiting runs (2 instances)? [y/N]
          """)
  void asksWithCountAtTerminal(String line, String question) {
    Result refused = runAtTerminal(line, "");
    List<String> changesBefore = changes();
    Result agreed = runAtTerminal(line, "y");

    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).isEqualTo(question + "\nNothing was changed.\n");
    assertThat(changesBefore).isEmpty();
    assertThat(agreed.exitCode()).as(agreed.err()).isZero();
    assertThat(changes()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancel --all", "retry --all --job j", "delete j"})
  void requiresYesOptionWithoutTerminal(String line) {
    Result refused = run(line);

    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("Without a terminal to confirm at, add --yes");
    assertThat(scheduler.asked()).isEmpty();
    assertThat(run(line + " --yes").exitCode()).isZero();
    assertThat(scheduler.asked()).hasSize(1);
  }

  @Test
  void asksNothingWhenNoInstanceMatches() {
    scheduler.on(
        "POST /apps/b/instances:cancel?dryRun=true",
        200,
        "{\"matched\":0,\"changed\":0,\"more\":false}");
    System.setProperty("orrery.input-terminal", "true");

    Result result = scheduler.run("cancel", "--all", "-a", "b");

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("0 instances canceled\n");
  }

  @Test
  void reportsUnknownJobWithoutAsking() {
    scheduler.on("GET /apps/a/jobs/no", 404, "{\"code\":\"JOB_NOT_FOUND\",\"detail\":\"No.\"}");

    Result result = runAtTerminal("delete no", "y");

    assertThat(result.err()).isEqualTo("JOB_NOT_FOUND: No.\n");
  }

  private Result runAtTerminal(String line, String answer) {
    System.setProperty("orrery.input-terminal", "true");
    System.setIn(new ByteArrayInputStream((answer + "\n").getBytes(StandardCharsets.UTF_8)));
    return run(line);
  }

  private Result run(String line) {
    return scheduler.run((line + " -a a").split(" "));
  }

  private List<String> changes() {
    return scheduler.asked().stream()
        .filter(call -> call.contains("dryRun=false") || call.startsWith("DELETE"))
        .toList();
  }
}
