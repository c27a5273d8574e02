package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.orrery.agent.secret.SecretDirectory;
import dev.orrery.protocol.startup.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs programs as another user, from an agent that runs as root. */
class ProgramUserTest {
  private static final String OTHER = "nobody";

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"auto", "none"})
  void runsProgramAsConfiguredUserOwningItsDirectory(String isolation) throws Exception {
    requireRoot();
    // Programs have a /tmp of their own.
    Path secret = Files.createTempFile(Path.of("/var/tmp"), "secret", "");
    Files.writeString(secret, "of the agent");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    // The temporary directory of a test is its owner's alone.
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx--x--x"));
    ShellProcessor shell =
        ShellProcessor.open(
            FixedShellConfig.isolation(isolation).withUser(OTHER),
            Optional.of(temporary.resolve("work")),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(1),
            SecretDirectory.open(Optional.empty()));
    Files.setPosixFilePermissions(
        temporary.resolve("work"), PosixFilePermissions.fromString("rwx--x--x"));
    FakeContext context =
        FakeContext.script(
            "id -un; id -Gn; echo mine > file && cat file; echo $USER; [ $HOME = $PWD ] && echo home; cat "
                + secret);

    try {
      assertThatExceptionOfType(Exception.class).isThrownBy(() -> shell.process(context));
    } finally {
      shell.close();
      Files.delete(secret);
    }

    assertThat(context.texts("stdout")).containsExactly(OTHER, "nogroup", "mine", OTHER, "home");
    assertThat(context.texts("stderr")).hasSize(1).first().asString().contains("denied");
  }

  /** A link in place of the script would let root write to any file. */
  @Test
  void transfersDirectoryOwnershipAfterWritingScript() throws Exception {
    requireRoot();
    ProgramUser user = ProgramUser.named(OTHER, SystemPrograms.STANDARD);
    // Longer to write than a tick of the clock of files.
    String script = "# " + "x".repeat(30_000_000);
    try (WorkDirectory work = WorkDirectory.open(Optional.of(temporary), Optional.of(user))) {
      work.run(
          1,
          1,
          Optional.of(script),
          directory -> {
            FileTime owned = (FileTime) Files.getAttribute(directory, "unix:ctime");
            FileTime filled = Files.getLastModifiedTime(directory);
            assertThat(owned).isGreaterThan(filled);
            assertThat(user.owns(directory)).isTrue();
            assertThat(user.owns(WorkDirectory.script(directory))).isTrue();
            return "";
          });
    }
  }

  @Test
  void changesOwnerOfLinkButNotOfTarget() throws Exception {
    requireRoot();
    ProgramUser user = ProgramUser.named(OTHER, SystemPrograms.STANDARD);
    Path target = Files.writeString(temporary.resolve("target"), "x");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), target);

    user.own(link);

    assertThat(user.owns(link)).isTrue();
    assertThat(user.owns(target)).isFalse();
  }

  @Test
  void deletesFilesLeftByProgramOfAnotherUser() throws Exception {
    requireRoot();
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx--x--x"));
    Path work = Files.createDirectory(temporary.resolve("work"));
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwx--x--x"));
    Path precious = Files.writeString(temporary.resolve("precious"), "x");
    ShellProcessor shell =
        ShellProcessor.open(
            FixedShellConfig.isolation("auto").withUser(OTHER),
            Optional.of(work),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(1),
            SecretDirectory.open(Optional.empty()));

    shell.process(
        FakeContext.script("mkdir -p a/b; touch a/b/c .hidden; ln -s " + temporary + " link"));

    try (Stream<Path> directories = Files.list(work)) {
      assertThat(directories.toList())
          .singleElement()
          .satisfies(d -> assertThat(d).isEmptyDirectory());
    }
    shell.close();
    assertThat(work).isEmptyDirectory();
    assertThat(precious).exists();
  }

  @Test
  void refusesIdOfNonexistentUser() {
    requireRoot();

    assertRefused(
        "4000000",
        "orrery.worker.shell.user is '4000000', but this system has no such user. Name another"
            + " one, or leave it out.");
  }

  @Test
  void refusesUnknownUser() {
    requireRoot();

    assertRefused(
        "no-such-user",
        "orrery.worker.shell.user is 'no-such-user', but this system has no such user. Name"
            + " another one, or leave it out.");
  }

  @Test
  void refusesUserSettingUnlessAgentRunsAsRoot() {
    Assumptions.assumeFalse(ProgramUser.isAgentRoot());

    assertRefused(
        OTHER,
        "orrery.worker.shell.user is 'nobody', but only root can start programs as another user."
            + " Run the agent as root, or leave it out.");
  }

  private static void assertRefused(String user, String message) {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> ProgramUser.named(user, SystemPrograms.STANDARD))
        .withMessage(message);
  }

  private static void requireRoot() {
    if (!ProgramUser.isAgentRoot()) {
      System.out.println("SKIPPED ProgramUserTest: it needs root");
      Assumptions.abort("it needs root");
    }
  }
}
