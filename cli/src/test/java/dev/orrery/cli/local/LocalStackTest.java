package dev.orrery.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.cli.ExitCode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.stack.RunningStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalStackTest {
  @TempDir private Path data;

  @Test
  void acceptsSchedulerTokenFromFileOrEnvironment() throws IOException {
    Path file = data.resolve("admin-token");

    assertThatCode(
            () ->
                LocalStack.requireToken(
                    file, Map.of("ORRERY_SECURITY_ADMIN_TOKEN", "given-secret")))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> LocalStack.requireToken(file, Map.of("ORRERY_SECURITY_ADMIN_TOKEN", " ")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "Set ORRERY_SECURITY_ADMIN_TOKEN in the environment to the same token.");

    Files.writeString(file, "made-secret");
    assertThatCode(() -> LocalStack.requireToken(file, Map.of())).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"my app", "", ".", "a/b", "zwölf"})
  void refusesInvalidAppNameBeforeStart(String app) {
    assertThatThrownBy(() -> stack().requireStartable(List.of("demo", app)))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining("--app must be 1 to 100 characters")
        .hasMessageContaining("got '" + app + "'");
  }

  @Test
  void refusesSecondStackInTheSameDirectory() {
    RunningStack.Member alive = RunningStack.Member.of(ProcessHandle.current());
    new RunningStack("http://localhost:7800", Map.of(RunningStack.UP, alive)).write(data);

    assertThatThrownBy(() -> stack().requireStartable(List.of("demo")))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "The stack of this directory is already running, its API at http://localhost:7800. End it"
                + " with ./orrery stop.");
  }

  private LocalStack stack() {
    return new LocalStack(new InstallLayout(data, data), StackPorts.DEFAULT);
  }
}
