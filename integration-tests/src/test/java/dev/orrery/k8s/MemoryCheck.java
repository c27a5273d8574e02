package dev.orrery.k8s;

import dev.orrery.k8s.Check.Findings;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks that the memory of a JVM fits into the limit of its pod; otherwise the kernel kills it
 * without a message.
 */
final class MemoryCheck {
  private static final long MIB = 1024 * 1024;

  /**
   * Classes (86 MB), code (up to 64), the collector (48), threads (30 for 300), symbols, compilers
   * and the class archive (55), as {@code VM.native_memory} shows them under load.
   */
  private static final long REST_OF_SCHEDULER = 290 * MIB;

  /** Less, because the agent has the serial collector and one compiler. */
  private static final long REST_OF_AGENT = 130 * MIB;

  private static final Pattern HEAP = Pattern.compile("-XX:MaxRAMPercentage=(\\d+)");
  private static final Pattern DIRECT = Pattern.compile("-XX:MaxDirectMemorySize=(\\d+)m");

  private MemoryCheck() {}

  static void of(Overlay overlay, Findings findings) {
    overlay.workloads().stream()
        .filter(workload -> workload.isScheduler() || workload.isAgent())
        .forEach(
            workload ->
                overlay
                    .setting(workload, "JDK_JAVA_OPTIONS")
                    .ifPresent(options -> jvm(workload, options, findings)));
  }

  private static void jvm(Workload workload, String options, Findings findings) {
    Optional<Long> percent = number(HEAP, options);
    Optional<Long> direct = number(DIRECT, options);
    findings.require(percent.isPresent(), workload.name() + " has no bound of its heap");
    findings.require(direct.isPresent(), workload.name() + " has no bound of its direct memory");
    if (percent.isEmpty() || direct.isEmpty()) {
      return;
    }
    long limit =
        workload
            .container()
            .getResources()
            .getLimits()
            .get("memory")
            .getNumericalAmount()
            .longValueExact();
    long rest = workload.isScheduler() ? REST_OF_SCHEDULER : REST_OF_AGENT;
    long most = limit * percent.get() / 100 + direct.get() * MIB + rest;
    findings.require(
        most <= limit,
        "%s may take %d MiB of memory and has a limit of %d MiB"
            .formatted(workload.name(), most / MIB, limit / MIB));
  }

  private static Optional<Long> number(Pattern pattern, String options) {
    Matcher found = pattern.matcher(options);
    return found.find() ? Optional.of(Long.parseLong(found.group(1))) : Optional.empty();
  }
}
