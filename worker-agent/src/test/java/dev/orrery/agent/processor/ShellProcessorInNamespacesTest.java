package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.agent.secret.SecretDirectory;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.worker.StopCause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs all tests of the processor in namespaces, and tests their isolation. */
@Tag("slow")
class ShellProcessorInNamespacesTest extends ShellProcessorTest {
  private static final String FORBIDDEN =
      """
      #!/bin/sh
      [ "$1" != --version ] || exec echo 'unshare from util-linux 2.39'
      echo 'unshare: not permitted'
      exit 1
      """;

  @TempDir Path secrets;
  @TempDir Path withNothing;

  @BeforeAll
  static void requireNamespaces() {
    AgentPlaces places = AgentPlaces.current(Optional.empty(), Optional.empty(), Optional.empty());
    try (WorkDirectory work = WorkDirectory.open(Optional.empty(), Optional.empty())) {
      NamespaceLauncher.open(
              SystemPrograms.STANDARD, FixedShellConfig.isolation("namespaces"), places, work)
          .close();
    } catch (NamespaceLauncher.UnavailableException e) {
      System.out.println("SKIPPED ShellProcessorInNamespacesTest: " + e.getMessage());
      Assumptions.abort(e.getMessage());
    }
  }

  @Override
  ShellIsolationConfig config() {
    return FixedShellConfig.isolation("namespaces").hiding(secrets);
  }

  @Test
  void endsDetachedProcessWhenProgramEnds() throws Exception {
    FakeContext context = FakeContext.script("setsid sleep 300 & echo started");

    assertThat(shell().process(context)).isEqualTo("exit code 0");

    assertThat(nothingRuns()).isTrue();
  }

  @Test
  void endsDetachedProcessWhenProgramIsKilled() throws Exception {
    FakeContext context =
        FakeContext.script(
            "trap '' TERM; setsid sleep 300 & echo up; while :; do sleep 0.05; done");
    CompletableFuture<String> run = run(shell(), context);
    await(() -> context.texts("stdout").contains("up"));

    context.stop(StopCause.CANCELED);

    assertThat(failure(run)).hasMessage("exit code 137");
    assertThat(nothingRuns()).isTrue();
  }

  @Test
  void hidesOtherProcessesFromProgram() throws Exception {
    FakeContext context =
        FakeContext.script(
            "for process in /proc/[0-9]*; do tr '\\0' ' ' < $process/cmdline; echo; done");

    shell().process(context);

    assertThat(context.texts("stdout")).isNotEmpty().noneMatch(line -> line.contains("java"));
  }

  @Test
  void hidesConfiguredDirectoryFromProgram() throws Exception {
    Files.writeString(secrets.resolve("token"), "secret");
    FakeContext context =
        FakeContext.script(
            "ls " + secrets + "; cat " + secrets + "/token; touch " + secrets + "/x; exit 0");

    shell().process(context);

    assertThat(context.texts("stdout")).isEmpty();
    assertThat(context.texts("stderr")).hasSizeGreaterThanOrEqualTo(2);
    assertThat(secrets.resolve("token")).hasContent("secret");
    assertThat(secrets.resolve("x")).doesNotExist();
  }

  @Test
  void hidesSecretsOfJobsFromPrograms(@TempDir Path own) throws Exception {
    secret(own, "token", "open-sesame");
    ShellProcessor shell =
        ShellProcessor.open(
            FixedShellConfig.isolation("namespaces"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(1),
            SecretDirectory.open(Optional.of(own)));
    try {
      FakeContext context =
          scriptWith(
              "token",
              "test \"$ORRERY_SECRET_TOKEN\" = open-\"sesame\" && echo same; cat "
                  + own
                  + "/token | tr a-y b-z");
      var unused = shell.process(context);

      assertThat(context.texts("stdout")).containsExactly("same");
      assertThat(context.texts("stderr")).isNotEmpty();
    } finally {
      shell.close();
    }
  }

  @Test
  void sharesConfiguredWritableDirectoryInTmp() throws Exception {
    Path parent = Files.createTempDirectory(Path.of("/tmp"), "orrery-shared-");
    Path shared = Files.createDirectories(parent.resolve("with blank"));
    ShellProcessor shell =
        ShellProcessor.open(
            FixedShellConfig.isolation("namespaces").writable(shared),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(1),
            SecretDirectory.open(Optional.empty()));
    try {
      shell.process(FakeContext.script("echo mine > '" + shared + "/file'; echo x > /tmp/own"));
      assertThat(shared.resolve("file")).hasContent("mine");
      assertThat(Path.of("/tmp/own")).doesNotExist();

      FakeContext second = FakeContext.script("cat '" + shared + "/file'; pwd");
      shell.process(second);
      assertThat(second.texts("stdout")).hasSize(2).first().isEqualTo("mine");
    } finally {
      shell.close();
      Files.deleteIfExists(shared.resolve("file"));
      Files.delete(shared);
      Files.delete(parent);
    }
  }

  @Test
  void hidesDirectoryInsideOfWritableDirectoryInTmp() throws Exception {
    Path shared = Files.createTempDirectory(Path.of("/tmp"), "orrery-shared-");
    Path secrets = Files.createDirectory(shared.resolve("secrets"));
    Files.writeString(secrets.resolve("token"), "open sesame");
    ShellProcessor shell =
        ShellProcessor.open(
            FixedShellConfig.isolation("namespaces").writable(shared).hiding(secrets),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(1),
            SecretDirectory.open(Optional.empty()));
    try {
      FakeContext spy =
          FakeContext.script(
              "cat "
                  + secrets
                  + "/token; mv "
                  + secrets
                  + " "
                  + shared
                  + "/x; cat "
                  + shared
                  + "/*/token; echo spied");
      shell.process(spy);

      assertThat(spy.texts("stdout")).containsExactly("spied");
    } finally {
      shell.close();
      Files.delete(secrets.resolve("token"));
      Files.delete(secrets);
      Files.delete(shared);
    }
  }

  /** The first process in the namespace is a shell. */
  @Test
  void failsAttemptForShellBuiltinAsCommand() {
    assertThatThrownBy(() -> shell().process(FakeContext.command("exit", "3")))
        .hasMessageStartingWith("exit code 127: there is no program 'exit'");
  }

  @Test
  void writesNoLauncherMessageWhenProgramIsTerminated() throws Exception {
    ShellProcessor patient = shell(Duration.ofMinutes(5));
    FakeContext context = FakeContext.script("echo up; exec sleep 300");
    CompletableFuture<String> run = run(patient, context);
    await(() -> context.texts("stdout").contains("up"));

    context.stop(StopCause.CANCELED);

    assertThat(failure(run)).hasMessage("exit code 143");
    assertThat(context.texts("stderr")).isEmpty();
  }

  /** The first TERM arrives before the shell of the namespace has set its trap. */
  @Test
  void terminatesProgramStoppedBeforeStart() throws Exception {
    ShellProcessor patient = shell(Duration.ofMinutes(5));
    for (int i = 0; i < 3; i++) {
      FakeContext context = FakeContext.command("sleep", "300");
      context.stop(StopCause.CANCELED);

      assertThat(failure(run(patient, context))).hasMessage("exit code 143");
    }
  }

  @ParameterizedTest
  @CsvSource({"2.36.1, 2.36", "2.37.4, 2.37", "1.99, 1.99"})
  void refusesUtilLinuxReleaseThatLosesSigterm(String version, String release) throws IOException {
    link("setpriv");

    assertRefused(
        FixedShellConfig.isolation("namespaces"),
        withSetsidAnd("unshare", "#!/bin/sh\necho 'unshare from util-linux " + version + "'\n"),
        "orrery.worker.shell.isolation=namespaces, but this system does not allow them: util-linux"
            + " is "
            + release
            + ", and 2.38 or later is needed. Allow them, or set auto or none.");
  }

  @Test
  void refusesRelativeHiddenPath() {
    assertRefused(
        FixedShellConfig.isolation("auto").hiding(Path.of("secrets")),
        SystemPrograms.STANDARD,
        "orrery.worker.shell.hidden-paths names 'secrets'. Use an absolute path.");
  }

  @Test
  void refusesHiddenPathsWithoutNamespaces() {
    assertRefused(
        FixedShellConfig.isolation("none").hiding(secrets),
        SystemPrograms.STANDARD,
        "orrery.worker.shell.hidden-paths needs orrery.worker.shell.isolation=namespaces or auto."
            + " Change that, or leave the paths out.");
  }

  @Test
  void refusesHiddenPathContainingWorkDirectory() {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(
            () ->
                ShellProcessor.open(
                    FixedShellConfig.isolation("auto").hiding(temporary),
                    Optional.of(temporary.resolve("work")),
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ZERO,
                    SecretDirectory.open(Optional.empty())))
        .withMessageContaining("contains the work directory of shell jobs");
  }

  @Test
  void refusesUnknownIsolationMode() {
    assertRefused(
        FixedShellConfig.isolation("chroot"),
        SystemPrograms.STANDARD,
        "orrery.worker.shell.isolation is 'chroot'. Set auto, namespaces or none.");
  }

  @Test
  void parsesIsolationModeIgnoringCase() {
    assertThat(IsolationMode.parse(" Namespaces ")).isEqualTo(IsolationMode.NAMESPACES);
  }

  @Test
  void refusesSystemLackingRequiredNamespacePrograms() throws IOException {
    assertRefused(
        FixedShellConfig.isolation("namespaces"),
        withSetsidAnd("unshare", FORBIDDEN),
        "orrery.worker.shell.isolation=namespaces, but this system does not allow them: program"
            + " setpriv not found (util-linux). Allow them, or set auto or none.");
  }

  @Test
  void reportsReasonWhySystemForbidsNamespaces() throws IOException {
    SystemPrograms programs = withSetsidAnd("unshare", FORBIDDEN);
    link("setpriv");
    link("nsenter");
    link("mount");

    assertRefused(
        FixedShellConfig.isolation("namespaces"),
        programs,
        "orrery.worker.shell.isolation=namespaces, but this system does not allow them: unshare:"
            + " not permitted. Allow them, or set auto or none.");
  }

  @Test
  void runsProgramsWithoutNamespacesInAutoMode() throws Exception {
    SystemPrograms programs = withSetsidAnd("unshare", FORBIDDEN);
    ProgramLauncher launcher =
        openLauncher(FixedShellConfig.isolation("auto"), Optional.empty(), programs);

    assertThat(shell(launcher).process(FakeContext.command("true"))).isEqualTo("exit code 0");
  }

  private SystemPrograms withSetsidAnd(String program, String script) throws IOException {
    link("setsid");
    Path file = Files.writeString(withNothing.resolve(program), script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return new SystemPrograms(List.of(withNothing));
  }

  private void link(String program) throws IOException {
    Files.createSymbolicLink(
        withNothing.resolve(program), Path.of(SystemPrograms.STANDARD.require(program)));
  }

  private void assertRefused(ShellIsolationConfig config, SystemPrograms programs, String message) {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> openLauncher(config, Optional.empty(), programs))
        .withMessage(message);
  }
}
