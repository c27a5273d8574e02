package dev.orrery.cli;

import static dev.orrery.cli.FakeScheduler.page;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the command line as a process, in the locale of a crontab. */
@Tag("slow")
class MainTest {
  private static final String JOBS = page("{\"name\":\"köln 東京 \uD83D\uDE80\"}");
  private static final String INSTANCES = "GET /apps/a/instances?limit=20";
  private static final String NONE = page();

  @TempDir private Path directory;
  private final FakeScheduler scheduler = new FakeScheduler();

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @Test
  void writesUtf8InAnyLocale() throws Exception {
    scheduler.on(INSTANCES, 200, JOBS);

    assertThat(run("ps -a a -o json")).isZero();

    assertThat(output("out")).isEqualTo(JOBS + "\n");
  }

  @Test
  void writesErrorsAsUtf8InAnyLocale() throws Exception {
    scheduler.on(INSTANCES, 422, "{\"code\":\"INVALID\",\"detail\":\"no 東京\"}");

    assertThat(run("ps -a a")).isEqualTo(ExitCode.FAILED);

    assertThat(output("err")).contains("no 東京");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"run k\\303\\266ln -a a", "ps -a a --job x\\351", "apply -f \\346\\227\\245.yaml"})
  void refusesUndecodableArguments(String words) throws Exception {
    assertThat(run("$(printf '%b' '" + words.replace("\\", "\\0") + "')"))
        .isEqualTo(ExitCode.USAGE);

    assertThat(output("err")).contains("\uFFFD", "cannot be read as text", "LC_ALL=C.UTF-8");
    assertThat(scheduler.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ps -a a", "ps -a a -o json", "--help", "--version", "completion"})
  void reportsFullDiskWhenWritingStandardOutput(String words) throws Exception {
    scheduler.on(INSTANCES, 200, NONE);

    assertThat(run(words + " >/dev/full")).isEqualTo(ExitCode.FAILED);

    assertThat(output("err")).contains("Failed to write standard output: No space left on device");
  }

  @Test
  void keepsExitCodeOfFailedCommandOnFullDisk() throws Exception {
    scheduler.close();

    assertThat(run("status >/dev/full")).isEqualTo(ExitCode.UNREACHABLE);
  }

  @Test
  void endsWatchWhenOutputPipeCloses() throws Exception {
    scheduler.on(INSTANCES, 200, NONE);
    Process process = start("ps -a a --watch");
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(reader.readLine()).startsWith("ID");
    }

    assertThat(exitCode(process)).isEqualTo(ExitCode.READER_GONE);
    assertThat(output("err")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "200, ps -a a, 141",
    "200, ps -a a -o json, 141",
    "200, --help, 141",
    "200, ps -a a 2>&1, 141",
    "500, ps -a a 2>&1, 1",
    "500, ps -a a 2>&1 >/dev/null, 1",
    "200, ps -a a 2>&1 >/dev/null, 0",
    "200, ps -a a --state NONE 2>&1 >/dev/null, 2",
    "500, ps -a a 2>&- >/dev/null, 1",
  })
  void endsQuietlyWhenReaderOfItsOutputHasGone(int status, String words, int exitCode)
      throws Exception {
    scheduler.on(INSTANCES, status, status == 200 ? NONE : "{\"code\":\"UNAVAILABLE\"}");
    Process process = start(words);
    process.getInputStream().close();

    assertThat(exitCode(process)).isEqualTo(exitCode);
    assertThat(output("err")).isEmpty();
  }

  private int run(String words) throws IOException, InterruptedException {
    return exitCode(start(words + (words.contains(">") ? "" : " >out")));
  }

  private static int exitCode(Process process) throws InterruptedException {
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(String words) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", "exec \"$JAVA\" dev.orrery.cli.Main " + words);
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("JAVA", ProcessHandle.current().info().command().orElseThrow());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("ORRERY_URL", scheduler.url());
    builder.environment().put("ORRERY_TOKEN", "secret-token");
    return builder
        .directory(directory.toFile())
        .redirectError(directory.resolve("err").toFile())
        .start();
  }

  private String output(String name) throws IOException {
    return Files.readString(directory.resolve(name));
  }
}
