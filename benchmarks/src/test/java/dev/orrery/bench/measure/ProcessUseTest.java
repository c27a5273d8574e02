package dev.orrery.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessUseTest {
  private final ProcessUse self = new ProcessUse(ProcessHandle.current());

  @Test
  void includesCpuTimeOfEndedChildProcesses() throws Exception {
    double before = self.cpuSeconds();

    Process child =
        new ProcessBuilder("/bin/sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done")
            .start();
    double ofChild = 0;
    ProcessUse use = new ProcessUse(child.toHandle());
    while (child.isAlive()) {
      ofChild = Math.max(ofChild, use.cpuSeconds());
    }
    child.waitFor();

    assertThat(ofChild).isPositive();
    assertThat(self.cpuSeconds() - before).isGreaterThanOrEqualTo(ofChild);
  }

  @Test
  void reportsPlausibleMemoryOfThisJvm() throws IOException {
    assertThat(self.megabytes()).isBetween(10.0, 100_000.0);
  }

  @Test
  void countsWaitsOfThreads() throws Exception {
    long before = self.voluntarySwitches();
    Object monitor = new Object();
    synchronized (monitor) {
      for (int n = 0; n < 20; n++) {
        monitor.wait(1);
      }
    }

    assertThat(self.voluntarySwitches() - before).isGreaterThanOrEqualTo(20);
  }
}
