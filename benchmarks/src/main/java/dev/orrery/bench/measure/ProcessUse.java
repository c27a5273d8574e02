package dev.orrery.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads the resources that a process and its children use, as counted by Linux. */
public final class ProcessUse {
  /** Fixed for programs, independent of the kernel's own clock. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int UTIME = 11;
  private static final int CSTIME = 14;

  private final ProcessHandle process;

  public ProcessUse(ProcessHandle process) {
    this.process = process;
  }

  /** Returns the processor time so far, including ended children. */
  public double cpuSeconds() throws IOException {
    double ticks = ticks(process, CSTIME);
    for (ProcessHandle child : children()) {
      ticks += ticks(child, CSTIME);
    }
    return ticks / TICKS_PER_SECOND;
  }

  /** Returns the memory; shared memory counts once. */
  public double megabytes() throws IOException {
    double kilobytes = proportionalKilobytes(process);
    for (ProcessHandle child : children()) {
      kilobytes += proportionalKilobytes(child);
    }
    return kilobytes / 1024;
  }

  /** Returns how often threads that are still there gave up the processor to wait. */
  public long voluntarySwitches() throws IOException {
    long switches = 0;
    for (ProcessHandle one : Stream.concat(Stream.of(process), children().stream()).toList()) {
      try (Stream<Path> threads = Files.list(path(one, "task"))) {
        for (Path thread : threads.toList()) {
          switches += switchesOf(thread.resolve("status"));
        }
      } catch (NoSuchFileException e) {
        // It has just ended.
      }
    }
    return switches;
  }

  private static long switchesOf(Path status) throws IOException {
    try {
      return Files.readString(status)
          .lines()
          .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .sum();
    } catch (NoSuchFileException e) {
      // The thread has just ended.
      return 0;
    }
  }

  private List<ProcessHandle> children() {
    try (Stream<ProcessHandle> all = process.descendants()) {
      return all.toList();
    }
  }

  private static double ticks(ProcessHandle process, int last) throws IOException {
    String stat = read(process, "stat");
    // The name, in parentheses, may hold blanks.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    double ticks = 0;
    for (int i = UTIME; i <= last && fields.length > last; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    return ticks;
  }

  private static double proportionalKilobytes(ProcessHandle process) throws IOException {
    return read(process, "smaps_rollup")
        .lines()
        .filter(line -> line.startsWith("Pss:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
        .sum();
  }

  /** Returns an empty text if the process has just ended. */
  private static String read(ProcessHandle process, String file) throws IOException {
    try {
      return Files.readString(path(process, file));
    } catch (NoSuchFileException e) {
      return ")";
    }
  }

  private static Path path(ProcessHandle process, String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }
}
