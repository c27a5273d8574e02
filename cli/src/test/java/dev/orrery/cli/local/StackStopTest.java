package dev.orrery.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.cli.stack.RunningStack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackStopTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir private Path files;

  private final List<Process> started = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();

  @AfterEach
  void killAll() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void stopsAgentsBeforeOtherProcessesOfKilledStack() throws Exception {
    Process up = start();
    up.destroyForcibly().waitFor();
    Process scheduler = start();
    Process agent = start();
    Process other = start();
    write(
        Map.of(
            "up", member(up),
            "scheduler", member(scheduler),
            "agent", member(agent),
            "agent-billing", member(other)));

    assertThat(stop()).isEqualTo(3);

    assertThat(scheduler.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(agent.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(progress).hasSize(3);
    assertThat(progress.subList(0, 2))
        .anyMatch(line -> line.contains("agent ") && line.contains(Long.toString(agent.pid())))
        .anyMatch(
            line -> line.contains("agent-billing ") && line.contains(Long.toString(other.pid())));
    assertThat(progress.get(2)).contains("scheduler", Long.toString(scheduler.pid()));
    assertThat(RunningStack.read(files)).isEmpty();
  }

  @Test
  void sparesUnrelatedProcessWithReusedPid() throws Exception {
    Process other = start();
    write(Map.of("scheduler", new RunningStack.Member(other.pid(), 1)));

    assertThat(stop()).isZero();

    assertThat(other.isAlive()).isTrue();
  }

  @Test
  void stopsNothingWithoutStack() throws Exception {
    assertThat(stop()).isZero();
    assertThat(progress).isEmpty();
  }

  @Test
  void findsStackWhileItsProcessIsAlive() throws Exception {
    Process scheduler = start();
    write(Map.of("scheduler", member(scheduler)));

    RunningStack found = RunningStack.read(files).orElseThrow();
    assertThat(found.url()).isEqualTo("http://localhost:7800");
    assertThat(found.isAlive()).isTrue();

    scheduler.destroyForcibly().waitFor();
    assertThat(found.isAlive()).isFalse();
  }

  private int stop() throws InterruptedException {
    return new StackStop(files, TIMEOUT, progress::add).stop();
  }

  private void write(Map<String, RunningStack.Member> processes) {
    new RunningStack("http://localhost:7800", new LinkedHashMap<>(processes)).write(files);
  }

  private static RunningStack.Member member(Process process) {
    return process.isAlive()
        ? RunningStack.Member.of(process.toHandle())
        : new RunningStack.Member(process.pid(), 1);
  }

  private Process start() throws IOException {
    Process process = new ProcessBuilder("sleep", "120").start();
    started.add(process);
    return process;
  }
}
