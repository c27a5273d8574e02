package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.agent.secret.SecretDirectory;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.annotation.NonRetryableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellProcessorTest {
  private static final Duration GRACE = Duration.ofMillis(400);

  @TempDir Path temporary;
  private ProgramLauncher launcher;
  private WorkDirectory work;
  private ShellProcessor shell;

  @BeforeEach
  void open() {
    work = WorkDirectory.open(Optional.of(temporary), Optional.empty());
    openLauncher();
    shell = shell(GRACE);
  }

  /** Finds the current system programs. */
  final void openLauncher() {
    closeLauncher();
    launcher = openLauncher(config(), Optional.empty(), programs());
  }

  /** Opens a launcher for the test's work directory. */
  final ProgramLauncher openLauncher(
      ShellIsolationConfig config, Optional<Path> tokenFile, SystemPrograms programs) {
    return ProgramLauncher.open(
        config, AgentPlaces.current(tokenFile, Optional.empty(), Optional.empty()), work, programs);
  }

  private void closeLauncher() {
    if (launcher != null) {
      launcher.close();
    }
  }

  ShellProcessor shell() {
    return shell;
  }

  ShellProcessor shell(ProgramLauncher other) {
    return new ShellProcessor(work, GRACE, other, SecretDirectory.open(Optional.empty()));
  }

  /** Uses the secrets in this directory, which need not be hidden. */
  ShellProcessor shell(Path secrets) {
    return new ShellProcessor(work, GRACE, launcher, SecretDirectory.open(Optional.of(secrets)));
  }

  static FakeContext scriptWith(String secret, String script) {
    return new FakeContext(new ProcessorSpec.Shell(null, script, null, List.of(secret)));
  }

  static Path secret(Path directory, String name, String value) throws IOException {
    Path file = Files.writeString(directory.resolve(name), value + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  ShellProcessor shell(Duration killGracePeriod) {
    return new ShellProcessor(
        work, killGracePeriod, launcher, SecretDirectory.open(Optional.empty()));
  }

  ShellIsolationConfig config() {
    return FixedShellConfig.isolation("none");
  }

  SystemPrograms programs() {
    return SystemPrograms.STANDARD;
  }

  @AfterEach
  void close() {
    work.close();
    closeLauncher();
  }

  @Test
  void succeedsOnExitCodeZero() throws Exception {
    assertThat(shell.process(FakeContext.command("true"))).isEqualTo("exit code 0");
  }

  @Test
  void failsOnNonzeroExitCodeWithLastStderrLine() {
    FakeContext context =
        FakeContext.script("echo first >&2; echo 'no such table' >&2; echo; exit 3");

    assertThatThrownBy(() -> shell.process(context))
        .isInstanceOf(AttemptFailedException.class)
        .hasMessage("exit code 3: no such table");
    assertThat(context.texts("stderr")).containsExactly("first", "no such table");
  }

  @Test
  void failsWithBareExitCodeWithoutStderrOutput() {
    assertThatThrownBy(() -> shell.process(FakeContext.script("echo fine; exit 7")))
        .isInstanceOf(AttemptFailedException.class)
        .hasMessage("exit code 7");
  }

  @Test
  void stopsRetryingOnlyOnListedExitCode() {
    List<Integer> codes = List.of(64, 65);

    assertThatThrownBy(
            () ->
                shell.process(
                    new FakeContext(new ProcessorSpec.Shell(null, "exit 65", codes, null))))
        .isInstanceOf(NonRetryableException.class)
        .hasMessage("exit code 65");
    assertThatThrownBy(
            () ->
                shell.process(
                    new FakeContext(new ProcessorSpec.Shell(null, "exit 66", codes, null))))
        .isExactlyInstanceOf(AttemptFailedException.class);
  }

  @Test
  void passesSecretInVariableAndMasksIt(@TempDir Path secrets) throws Exception {
    secret(secrets, "db-password", "open sésame");
    FakeContext context =
        scriptWith(
            "db-password",
            """
            test "$ORRERY_SECRET_DB_PASSWORD" = "open s\u00e9same" && echo same
            echo "with $ORRERY_SECRET_DB_PASSWORD"
            echo "::progress 5 at $ORRERY_SECRET_DB_PASSWORD"
            echo "::result is $ORRERY_SECRET_DB_PASSWORD"
            tr '\\0' ' ' < /proc/$$/cmdline; echo
            """);

    assertThat(shell(secrets).process(context)).isEqualTo("is ***");

    assertThat(context.texts("stdout")).startsWith("same", "with ***", "::progress 5 at ***");
    assertThat(context.texts("stdout").toString()).doesNotContain("open s").contains("script.sh");
    assertThat(context.progress()).containsExactly("5 at ***");
    assertThat(Files.exists(secrets.resolve("db-password"))).isTrue();
  }

  @Test
  void masksSecretTruncatedByErrorLimit(@TempDir Path secrets) throws Exception {
    secret(secrets, "token", "0123456789".repeat(20));
    FakeContext context =
        scriptWith(
            "token",
            "printf '%s%s' \"$ORRERY_SECRET_TOKEN\" \"$(printf '%03900d' 0 | tr 0 x)\" >&2; exit 3");

    assertThatThrownBy(() -> shell(secrets).process(context))
        .isInstanceOf(AttemptFailedException.class)
        .hasMessageMatching("exit code 3: (\\*\\*\\*)?x+");
    assertThat(context.texts("stderr").toString()).doesNotContain("012345");
  }

  @Test
  void failsWithoutRetryWhenSecretIsMissing(@TempDir Path secrets) throws Exception {
    FakeContext context = scriptWith("db-password", "echo started");

    assertThatThrownBy(() -> shell(secrets).process(context))
        .isInstanceOf(NonRetryableException.class)
        .hasMessage("the agent has no secret db-password (orrery.worker.secrets.dir)");
    assertThat(context.texts("stdout")).isEmpty();
  }

  @Test
  void namesUnknownProgramInError() {
    assertThatThrownBy(() -> shell.process(FakeContext.command("no-such-program-here")))
        .isInstanceOf(AttemptFailedException.class)
        .hasMessage(
            "exit code 127: there is no program 'no-such-program-here' in the PATH of the worker."
                + " 'command' is one program with its arguments as a list, without a shell; a shell"
                + " script belongs in 'script'");
  }

  @Test
  void explainsCommandBeyondSystemArgumentLimit() {
    FakeContext context =
        FakeContext.command("echo", "${parameters.v}${parameters.v}${parameters.v}")
            .parameter("v", "x".repeat(50_000));

    assertThatThrownBy(() -> shell.process(context))
        .isInstanceOf(AttemptFailedException.class)
        .hasMessageStartingWith("'command' with its parameters exceeds the limit of this system")
        .hasMessageContaining("128 KiB")
        .hasMessageContaining("use 'script'");
  }

  @Test
  void suggestsArgumentListForCommandGivenAsSingleString() {
    assertThatThrownBy(() -> shell.process(FakeContext.command("echo hello")))
        .isInstanceOf(AttemptFailedException.class)
        .hasMessageContaining("there is no program 'echo hello'")
        .hasMessageContaining("as a list, without a shell: [echo, hello]; a shell script");
  }

  @Test
  void keepsLastStderrLineOfExistingProgramWithExitCode127() {
    assertThatThrownBy(
            () -> shell.process(FakeContext.command("sh", "-c", "echo 'no table' >&2; exit 127")))
        .isInstanceOf(AttemptFailedException.class)
        .hasMessage("exit code 127: no table");
  }

  @Test
  void namesPathOfUnknownProgramInError() {
    assertThatThrownBy(() -> shell.process(FakeContext.command("./no/such/program")))
        .isInstanceOf(AttemptFailedException.class)
        .hasMessageContaining("there is no program './no/such/program'. 'command' is");
  }

  @Test
  void passesArgumentsVerbatim() throws Exception {
    FakeContext context =
        FakeContext.command("printf", "[%s]\\n", "a b", "$HOME", "; ls", "'\"", "*", "");

    shell.process(context);

    assertThat(context.texts("stdout"))
        .containsExactly("[a b]", "[$HOME]", "[; ls]", "['\"]", "[*]", "[]");
  }

  @Test
  void fillsPlaceholdersOfCommand() throws Exception {
    FakeContext context =
        FakeContext.command("echo", "${parameters.region}", "at ${fireTime}")
            .parameter("region", "$(id); eu")
            .fireTime("2027-03-28T01:00:00Z");

    shell.process(context);

    assertThat(context.texts("stdout")).containsExactly("$(id); eu at 2027-03-28T01:00:00Z");
  }

  @Test
  void passesParametersToScriptOnlyThroughEnvironment() throws Exception {
    FakeContext context =
        FakeContext.script("echo \"$ORRERY_PARAM_REGION $ORRERY_ATTEMPT\"; echo '${fireTime}'")
            .parameter("region", "$(id); eu")
            .fireTime("2027-03-28T01:00:00Z");

    shell.process(context);

    assertThat(context.texts("stdout")).containsExactly("$(id); eu 3", "${fireTime}");
  }

  @Test
  void runsScriptLongerThanArgumentLimit() throws Exception {
    FakeContext context = FakeContext.script("# " + "x".repeat(200_000) + "\necho end");

    shell.process(context);

    assertThat(context.texts("stdout")).containsExactly("end");
  }

  @Test
  void runsProgramInSeparateDirectoryAndRemovesDirectory() throws Exception {
    FakeContext context = FakeContext.script("pwd; touch left; mkdir -p a/b; exit 0");

    shell.process(context);

    Path directory = Path.of(context.texts("stdout").get(0));
    assertThat(directory).startsWithRaw(temporary.toRealPath()).doesNotExist();
  }

  @Test
  void removesDirectoryAfterFailure() throws IOException {
    assertThatThrownBy(() -> shell.process(FakeContext.script("touch left; exit 1")))
        .isInstanceOf(AttemptFailedException.class);

    try (var left = Files.walk(temporary)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void runsProgramsAfterWorkDirectoryWasRemoved() throws Exception {
    shell.process(FakeContext.command("true"));
    TreeDeletion.delete(work.root());
    FakeContext context = FakeContext.script("echo x > file && cat file /tmp/no-file; pwd");

    shell.process(context);

    assertThat(context.texts("stdout")).startsWith("x");
    assertThat(work.root()).isEmptyDirectory();
  }

  @Test
  void providesEmptyStandardInput() throws Exception {
    assertThat(shell.process(FakeContext.command("cat"))).isEqualTo("exit code 0");
  }

  @Test
  void readsUnterminatedAndWindowsLines() throws Exception {
    FakeContext context = FakeContext.command("printf", "one\\r\\ntwo\\n\\nfour");

    shell.process(context);

    assertThat(context.texts("stdout")).containsExactly("one", "two", "", "four");
  }

  @Test
  void endsLineAtCarriageReturn() throws Exception {
    FakeContext context =
        FakeContext.command(
            "printf", "\\rcopied 1\\rcopied 2\\rend\\r\\n\\r\\n\\r\\r\\nwin\\r\\r\\nlast\\r");

    shell.process(context);

    assertThat(context.texts("stdout"))
        .containsExactly("copied 1", "copied 2", "end", "", "", "win", "last");
  }

  @Test
  void logsUnterminatedLineWhileProgramRuns() throws Exception {
    FakeContext context =
        FakeContext.script(
            """
            printf '\\rcopied 1 of 2'; printf ... >&2
            until [ -e go ]; do sleep 0.05; done
            printf ' files\\rcopied 2 of 2\\n'; printf ..; printf '.. done\\n' >&2; pwd
            """);
    CompletableFuture<String> run = run(shell, context);

    await(() -> context.texts("stdout").contains("copied 1 of 2"));
    await(() -> context.texts("stderr").contains("..."));
    assertThat(run).isNotDone();
    Files.createFile(onlyDirectory().resolve("go"));
    run.get(10, TimeUnit.SECONDS);

    assertThat(context.texts("stdout"))
        .startsWith("copied 1 of 2", " files", "copied 2 of 2")
        .last()
        .asString()
        .startsWith("../");
    assertThat(context.texts("stderr")).containsExactly("...", ".. done");
  }

  @Test
  void logsFlushedPartialLineOnlyOnce() throws Exception {
    FakeContext context =
        FakeContext.script(
            "printf '::progress 40 '; until [ -e go ]; do sleep 0.05; done; printf 'half\\n::progress 50\\n'; echo");
    CompletableFuture<String> run = run(shell, context);
    await(() -> context.texts("stdout").contains("::progress 40 "));
    assertThat(context.progress()).isEmpty();

    Files.createFile(onlyDirectory().resolve("go"));
    run.get(10, TimeUnit.SECONDS);

    assertThat(context.texts("stdout"))
        .containsExactly("::progress 40 ", "half", "::progress 50", "");
    assertThat(context.progress()).containsExactly("40 half", "50 null");
  }

  private Path onlyDirectory() throws IOException {
    try (Stream<Path> directories = Files.list(work.root())) {
      return directories
          .filter(path -> !path.toString().endsWith(".tmp"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void keepsEndOfLongLastStderrLineInError() {
    String script =
        "i=0; while [ $i -lt 300 ]; do printf '\\r%d%% of the upload ------' $i; i=$((i+1)); done >&2;"
            + " printf '\\rno space left' >&2; exit 3";
    assertThatThrownBy(() -> shell.process(FakeContext.script(script)))
        .hasMessage("exit code 3: no space left");

    for (int size : new int[] {3000, 5000, 8192, 8193, 20_000}) {
      String longLine =
          "head -c " + size + " /dev/zero | tr '\\0' x >&2; echo 'é: no space left' >&2; exit 3";
      assertThatThrownBy(() -> shell.process(FakeContext.script(longLine)))
          .hasMessageStartingWith("exit code 3: ")
          .hasMessageEndingWith("xxxé: no space left")
          .satisfies(
              e ->
                  assertThat(e.getMessage().getBytes(StandardCharsets.UTF_8).length)
                      .isBetween(3000, 4096));
    }
  }

  @Test
  void splitsLongLineWithoutLosingOutput() throws Exception {
    FakeContext context =
        FakeContext.script("head -c 20000 /dev/zero | tr '\\0' x; echo; echo end");

    shell.process(context);

    assertThat(context.texts("stdout"))
        .extracting(String::length)
        .containsExactly(8192, 8192, 3616, 3);
    assertThat(context.texts("stdout").get(3)).isEqualTo("end");
  }

  @Test
  void splitsLongLineOnlyAtCharacterBoundary() throws Exception {
    FakeContext context =
        FakeContext.script(
            "head -c 8191 /dev/zero | tr '\\0' x; printf '\\360\\237\\230\\200end\\n'");

    shell.process(context);

    assertThat(context.texts("stdout")).containsExactly("x".repeat(8191) + "\uD83D\uDE00", "end");
  }

  @Test
  void returnsLastResultLineOfStandardOutput() throws Exception {
    FakeContext context =
        FakeContext.script(
            "echo '::result a'; echo ' ::result c'; echo '::result b d'; echo '::result e' >&2;"
                + " echo ::result");

    assertThat(shell.process(context)).isEqualTo("b d");
    assertThat(context.texts("stdout"))
        .containsExactly("::result a", " ::result c", "::result b d", "::result");
  }

  @Test
  void returnsLongResult() throws Exception {
    assertThat(
            shell.process(
                FakeContext.script(
                    "printf '::result '; head -c 16000 /dev/zero | tr '\\0' x; echo end; echo y")))
        .isEqualTo("x".repeat(16000) + "end");
  }

  @Test
  void marksTruncatedResultWithItsSize() throws Exception {
    assertThat(
            shell.process(
                FakeContext.script("printf '::result '; head -c 1000000 /dev/zero | tr '\\0' x")))
        .hasSizeLessThanOrEqualTo(16 * 1024)
        .endsWith("x… (truncated, 1000000 bytes)");
  }

  @Test
  void readsBinaryOutputToEnd() throws Exception {
    FakeContext context =
        FakeContext.script(
            "printf '\\000\\377\\376 bin\\n'; head -c 100000 /dev/urandom; echo; echo end");

    assertThat(shell.process(context)).isEqualTo("exit code 0");
    assertThat(context.texts("stdout")).startsWith("\0\uFFFD\uFFFD bin").endsWith("end");
  }

  @Test
  void logsAllLinesOfBothStreams() throws Exception {
    FakeContext context =
        FakeContext.script(
            "i=0; while [ $i -lt 2000 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done");

    shell.process(context);

    assertThat(context.texts("stdout")).hasSize(2000).startsWith("o0").endsWith("o1999");
    assertThat(context.texts("stderr")).hasSize(2000).startsWith("e0").endsWith("e1999");
  }

  @Test
  void logsErrorThatEndsProgramAfterItsOutput() {
    FakeContext context = FakeContext.script("yes | head -20000; echo LAST >&2; exit 3");

    assertThatThrownBy(() -> shell.process(context)).hasMessage("exit code 3: LAST");
    assertThat(context.texts("stdout")).hasSize(20_000);
    assertThat(context.lastText()).isEqualTo("LAST");
  }

  @Test
  void terminatesProgramGracefullyOnStop() throws Exception {
    ShellProcessor patient = shell(Duration.ofMinutes(5));
    FakeContext context =
        FakeContext.script("trap 'echo bye; exit 9' TERM; echo up; while :; do sleep 0.05; done");
    CompletableFuture<String> run = run(patient, context);
    await(() -> context.texts("stdout").contains("up"));

    context.stop(StopCause.CANCELED);

    assertThat(failure(run)).hasMessageStartingWith("exit code 9");
    assertThat(context.texts("stdout")).containsExactly("up", "bye");
  }

  @Test
  void killsProgramIgnoringStopWithChildrenAfterGracePeriod() throws Exception {
    FakeContext context =
        FakeContext.script(
            """
            trap '' TERM
            sh -c 'trap "" TERM; echo child $$; while :; do sleep 0.05; done' &
            echo leader $$
            while :; do sleep 0.05; done
            """);
    CompletableFuture<String> run = run(shell, context);
    await(() -> context.texts("stdout").size() == 2);
    long stoppedAt = System.nanoTime();

    context.stop(StopCause.TIMED_OUT);

    assertThat(failure(run)).hasMessage("exit code 137");
    assertThat(Duration.ofNanos(System.nanoTime() - stoppedAt)).isGreaterThanOrEqualTo(GRACE);
    await(this::nothingRuns);
  }

  @Test
  void endsBackgroundProcessesWhenProgramEnds() throws Exception {
    FakeContext context = FakeContext.script("sleep 300 & echo child $!");
    long startedAt = System.nanoTime();

    assertThat(shell.process(context)).isEqualTo("exit code 0");

    assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofSeconds(4));
    await(this::nothingRuns);
  }

  @Test
  void endsProgramWhenProcessorThreadIsInterrupted() throws Exception {
    FakeContext context = FakeContext.script("echo leader $$; while :; do sleep 0.05; done");
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                shell.process(context);
              } catch (Exception e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
              }
            });
    thread.start();
    await(() -> !context.texts("stdout").isEmpty());

    thread.interrupt();
    context.stop(StopCause.CANCELED);

    assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
    await(this::nothingRuns);
  }

  @Test
  void endsAttemptStoppedBeforeStart() throws Exception {
    FakeContext context = FakeContext.command("sleep", "300");
    context.stop(StopCause.CANCELED);

    Throwable failure = failure(run(shell, context));

    assertThat(failure.getMessage()).isIn("exit code 143", "exit code 137");
  }

  @Test
  void refusesAttemptOfDifferentProcessorType() {
    assertThatThrownBy(() -> shell.process(new FakeContext(new ProcessorSpec.Noop(null))))
        .isInstanceOf(AttemptFailedException.class)
        .hasMessage("the job has no shell command");
  }

  static CompletableFuture<String> run(ShellProcessor processor, FakeContext context) {
    CompletableFuture<String> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(processor.process(context));
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  static Throwable failure(CompletableFuture<String> run) throws Exception {
    try {
      String result = run.get(10, TimeUnit.SECONDS);
      throw new AssertionError("It has not failed but given " + result);
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  /** Returns true if no process has its current directory inside the test's directory. */
  final boolean nothingRuns() {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes.map(process -> process.resolve("cwd")).noneMatch(this::isInTheTest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isInTheTest(Path link) {
    try {
      return Files.readSymbolicLink(link).startsWith(temporary);
    } catch (IOException e) {
      // Not a process, or one that has ended in the meantime.
      return false;
    }
  }

  static void await(BooleanSupplier condition) {
    Awaitility.await().pollInterval(Duration.ofMillis(5)).until(condition::getAsBoolean);
  }
}
