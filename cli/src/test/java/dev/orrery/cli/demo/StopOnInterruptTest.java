package dev.orrery.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.cli.UserException;
import dev.orrery.cli.local.InstallLayout;
import dev.orrery.cli.local.LocalStack;
import dev.orrery.cli.local.StackPorts;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopOnInterruptTest {
  private static final Callable<Integer> FAILS =
      () -> {
        throw new UserException("The scheduler has ended");
      };

  @TempDir private Path directory;

  @Test
  void reportsInterruptWhenStackClosesDuringFailure() throws Exception {
    LocalStack stack = stack();
    stack.close();

    assertThat(StopOnInterrupt.unlessInterrupted(stack, FAILS)).isEqualTo(130);
  }

  @Test
  void rethrowsFailureWhenStackIsNotClosed() {
    assertThatThrownBy(() -> StopOnInterrupt.unlessInterrupted(stack(), FAILS))
        .hasMessage("The scheduler has ended");
  }

  @Test
  void ignoresDeadProcessesOfClosedStack() {
    LocalStack stack = stack();
    stack.close();

    stack.requireAlive();

    assertThat(stack.isRunning()).isFalse();
  }

  private LocalStack stack() {
    return new LocalStack(new InstallLayout(directory, directory), StackPorts.DEFAULT);
  }
}
