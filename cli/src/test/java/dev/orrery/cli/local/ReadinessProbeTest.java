package dev.orrery.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.cli.UserException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ReadinessProbeTest {
  private static final Duration MAX_SILENCE = Duration.ofSeconds(2);
  private static final Duration NOTICE_INTERVAL = Duration.ofSeconds(1);

  @TempDir private Path files;

  private final List<String> notices = new ArrayList<>();
  private Process process;

  @AfterEach
  void killProcess() {
    process.destroyForcibly();
  }

  @Test
  void waitsWhileLogGrowsAndThenShowsItsEnd() throws IOException {
    ChildProcess slow =
        start("for n in $(seq 30); do echo line $n; sleep 0.1; done; exec sleep 60");

    assertThatThrownBy(() -> await(slow))
        .isInstanceOf(UserException.class)
        .hasMessageMatching(
            "(?s)The scheduler is not ready after \\d+ s, and has logged nothing for"
                + " \\d+ s. The end of .*scheduler.log:\n.*  line 30");
    assertThat(notices)
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(line -> line.matches("still starting after \\d+ s: line \\d+"));
  }

  @Test
  void reportsProgramThatEnds() throws IOException {
    ChildProcess failed = start("echo port in use; exit 3");

    assertThatThrownBy(() -> await(failed))
        .hasMessage("The scheduler has ended with exit code 3:\n  port in use");
  }

  private void await(ChildProcess program) throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    new ReadinessProbe(closed).awaitReady(program, MAX_SILENCE, NOTICE_INTERVAL, notices::add);
  }

  private ChildProcess start(String script) throws IOException {
    Path log = files.resolve("scheduler.log");
    process =
        new ProcessBuilder("sh", "-c", script)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new ChildProcess("The scheduler", process, log);
  }
}
