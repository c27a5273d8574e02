package dev.orrery.bench.throughput;

import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.measure.ProcessUse;
import dev.orrery.bench.stack.BenchProgram;
import java.io.IOException;
import java.util.List;

/** Measures the CPU time, context switches and allocated bytes of programs per run. */
final class CostOfRuns {
  private static final double MICROS = 1e6;

  private final String name;
  private final List<BenchProgram> programs;
  private final double cpuSeconds;
  private final double switches;
  private final double bytes;

  private CostOfRuns(String name, List<BenchProgram> programs) throws IOException {
    this.name = name;
    this.programs = programs;
    double seconds = 0;
    double allSwitches = 0;
    double allBytes = 0;
    for (BenchProgram program : programs) {
      ProcessUse use = program.use();
      seconds += use.cpuSeconds();
      allSwitches += use.voluntarySwitches();
      allBytes += program.allocatedBytes();
    }
    this.cpuSeconds = seconds;
    this.switches = allSwitches;
    this.bytes = allBytes;
  }

  /**
   * Reads what the programs have used so far.
   *
   * @param name of the programs in figures
   */
  static CostOfRuns begin(String name, List<BenchProgram> programs) throws IOException {
    return new CostOfRuns(name, programs);
  }

  /** Adds what they have used since then for each of so many runs. */
  void addTo(Measurement measurement, int runs) throws IOException {
    CostOfRuns now = new CostOfRuns(name, programs);
    measurement
        .with(name + "CpuMicros", (now.cpuSeconds - cpuSeconds) * MICROS / runs)
        .with(name + "Switches", (now.switches - switches) / runs)
        .with(name + "Bytes", (now.bytes - bytes) / runs);
  }
}
