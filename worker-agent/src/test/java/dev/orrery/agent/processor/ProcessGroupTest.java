package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Stops a program that loses the first TERM, as a launcher does before it is ready. */
@Tag("slow")
class ProcessGroupTest {
  private static final String PROGRAM =
      "trap 'echo lost; trap - TERM' TERM; echo up; while :; do sleep 0.05; done";

  /** Longer than the time of a launcher. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private static final int TERM = 143;
  private static final int KILL = 137;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private Process leader;

  @AfterEach
  void end() {
    timer.shutdownNow();
    leader.destroyForcibly();
  }

  private BufferedReader start() throws IOException {
    leader = new ProcessBuilder("setsid", "/bin/sh", "-c", PROGRAM).start();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(leader.getInputStream(), StandardCharsets.UTF_8));
    assertThat(lines.readLine()).isEqualTo("up");
    return lines;
  }

  private ProcessGroup startedBefore(Duration time) {
    return new ProcessGroup(leader, System.nanoTime() - time.toNanos());
  }

  @Test
  void sendsSecondSigtermToJustStartedProgram() throws Exception {
    BufferedReader lines = start();

    startedBefore(Duration.ZERO).stop(Duration.ofMinutes(10), timer);

    assertThat(lines.readLine()).isEqualTo("lost");
    assertThat(leader.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(leader.exitValue()).isEqualTo(TERM);
  }

  @Test
  void sendsSigtermThenSigkillToLongerRunningProgram() throws Exception {
    BufferedReader lines = start();

    startedBefore(Duration.ofSeconds(2)).stop(GRACE, timer);

    assertThat(lines.readLine()).isEqualTo("lost");
    assertThat(leader.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(leader.exitValue()).isEqualTo(KILL);
  }
}
