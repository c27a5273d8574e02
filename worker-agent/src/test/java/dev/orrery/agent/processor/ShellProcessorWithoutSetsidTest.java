package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.worker.StopCause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs all tests of the processor on a system without setsid, such as macOS. */
@Tag("slow")
class ShellProcessorWithoutSetsidTest extends ShellProcessorTest {
  @TempDir Path withPerlAlone;
  @TempDir Path withNothing;

  @Override
  SystemPrograms programs() {
    Path perl = withPerlAlone.resolve("perl");
    try {
      Files.deleteIfExists(perl);
      Files.createSymbolicLink(perl, Path.of("/usr/bin/perl"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SystemPrograms(List.of(withNothing, withPerlAlone));
  }

  @Test
  void runsProgramAsLeaderOfOwnGroupAndSession() throws Exception {
    FakeContext context = FakeContext.script("echo $$ $(ps -o pgid=,sid= -p $$)");

    shell().process(context);

    String[] ids = context.texts("stdout").get(0).split("\\s+");
    assertThat(ids).containsExactly(ids[0], ids[0], ids[0]);
  }

  @Test
  void leavesNoLauncherTraceInEnvironmentOrLog() throws Exception {
    FakeContext context = FakeContext.command("/bin/sh", "-c", "env | grep PERL; echo end");

    shell().process(context);

    assertThat(context.texts("stdout")).containsExactly("end");
    assertThat(context.texts("stderr")).isEmpty();
  }

  @Test
  void stopsLauncherBeforeProcessGroupExists() throws Exception {
    Path setsid = withNothing.resolve("setsid");
    Files.writeString(setsid, "#!/bin/sh\necho launching\nexec sleep 300\n");
    Files.setPosixFilePermissions(setsid, PosixFilePermissions.fromString("rwx------"));
    openLauncher();
    ShellProcessor patient = shell(Duration.ofMinutes(5));
    FakeContext context = FakeContext.command("true");
    CompletableFuture<String> run = run(patient, context);
    await(() -> context.texts("stdout").contains("launching"));

    context.stop(StopCause.CANCELED);

    assertThat(failure(run)).hasMessage("exit code 143");
  }

  @Test
  void refusesSystemWithoutSetsidAndPerl() {
    SystemPrograms none = new SystemPrograms(List.of(withNothing));

    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> openLauncher(FixedShellConfig.isolation("none"), Optional.empty(), none))
        .withMessageContaining("setsid or perl");
  }
}
