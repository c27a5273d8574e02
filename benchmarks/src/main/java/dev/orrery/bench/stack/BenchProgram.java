package dev.orrery.bench.stack;

import dev.orrery.bench.measure.ProcessUse;
import dev.orrery.testing.program.ManagementPort;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;

/** A running scheduler or agent whose resource use is measured. */
public record BenchProgram(ProgramProcess process, ManagementPort management) {
  private static final String ALLOCATED = "jvm_gc_memory_allocated_bytes_total";

  public ProcessUse use() {
    return new ProcessUse(process.handle());
  }

  /**
   * Returns the bytes that it has allocated up to its last garbage collection; 0 for a native
   * program, which does not count them.
   */
  public double allocatedBytes() throws IOException {
    return management
        .metrics()
        .lines()
        .filter(line -> line.startsWith(ALLOCATED))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
