package dev.orrery.bench.stack;

import dev.orrery.bench.measure.ProcessUse;
import dev.orrery.testing.program.ManagementPort;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.util.List;

/** A running scheduler or agent whose resource use is measured. */
public record BenchProgram(ProgramProcess process, ManagementPort management) {
  private static final String ALLOCATED = "jvm_gc_memory_allocated_bytes_total";

  public ProcessUse use() {
    return new ProcessUse(process.handle());
  }

  /**
   * Collects its garbage, and returns the bytes that it has allocated; 0 for a native program,
   * which does not count them. The metric counts them at each collection.
   */
  public double allocatedBytes() throws IOException {
    if (counted().isEmpty()) {
      return 0;
    }
    process.collectGarbage();
    return counted().stream().mapToDouble(Double::doubleValue).sum();
  }

  private List<Double> counted() throws IOException {
    return management
        .metrics()
        .lines()
        .filter(line -> line.startsWith(ALLOCATED))
        .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
        .toList();
  }
}
