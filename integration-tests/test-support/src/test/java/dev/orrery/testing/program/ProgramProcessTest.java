package dev.orrery.testing.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramProcessTest {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  @TempDir private Path directory;

  private ProgramProcess start(String... command) {
    Path log = directory.resolve("logs/agent-1.log");
    return ProgramProcess.start(List.of(command), Map.of("WORD", "refused"), log);
  }

  @Test
  void showsOutputOfEndedProgram() {
    ProgramProcess process = start("sh", "-c", "echo port $WORD; exit 3");

    assertThat(process.awaitExit(LONGEST)).isEqualTo(3);
    assertThatThrownBy(process::requireAlive)
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll("agent-1 ended with exit code 3", "agent-1.log", "port refused");
  }

  @Test
  void killsProgramOnClose() {
    ProgramProcess process = start("sleep", "600");
    process.requireAlive();

    process.close();

    assertThat(process.isAlive()).isFalse();
    assertThat(process.handle().isAlive()).isFalse();
  }
}
