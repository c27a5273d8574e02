package dev.orrery.scheduler.base.embedded;

import java.util.Locale;
import java.util.Optional;

/**
 * Finds the name of the archive with the PostgreSQL programs for an operating system and processor.
 */
final class ServerArchiveName {
  private ServerArchiveName() {}

  /**
   * Returns the resource of the archive; empty if PostgreSQL is not packed for such a system.
   *
   * @param os the system property {@code os.name}
   * @param arch the system property {@code os.arch}, whose values differ between systems
   */
  static Optional<String> resource(String os, String arch) {
    return system(os).flatMap(system -> processor(arch).map(cpu -> name(system, cpu)));
  }

  private static String name(String system, String processor) {
    return "/postgres-" + system + "-" + processor + ".txz";
  }

  private static Optional<String> system(String os) {
    return switch (os.toLowerCase(Locale.ROOT)) {
      case "linux" -> Optional.of("linux");
      case "mac os x" -> Optional.of("darwin");
      default -> Optional.empty();
    };
  }

  private static Optional<String> processor(String arch) {
    return switch (arch.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> Optional.of("x86_64");
      case "aarch64", "arm64" -> Optional.of("arm_64");
      default -> Optional.empty();
    };
  }
}
