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
  private final double bytes;
  private final Use before;

  private record Use(double cpuSeconds, double switches) {
    static Use of(List<BenchProgram> programs) throws IOException {
      double seconds = 0;
      double switches = 0;
      for (BenchProgram program : programs) {
        ProcessUse use = program.use();
        seconds += use.cpuSeconds();
        switches += use.voluntarySwitches();
      }
      return new Use(seconds, switches);
    }
  }

  /** Counts the bytes first, because that collects the garbage. */
  private CostOfRuns(String name, List<BenchProgram> programs) throws IOException {
    this.name = name;
    this.programs = programs;
    this.bytes = bytes();
    this.before = Use.of(programs);
  }

  private double bytes() throws IOException {
    double sum = 0;
    for (BenchProgram program : programs) {
      sum += program.allocatedBytes();
    }
    return sum;
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
    Use after = Use.of(programs);
    measurement
        .with(name + "CpuMicros", (after.cpuSeconds - before.cpuSeconds) * MICROS / runs)
        .with(name + "Switches", (after.switches - before.switches) / runs)
        .with(name + "Bytes", (bytes() - bytes) / runs);
  }
}
