package dev.orrery.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.VersionRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A packaged application with another range of protocol versions. */
final class VersionedPackage {
  private static final String CLASS = "dev/orrery/protocol/VersionRange";
  private static final String JAR = "dev.orrery.orrery-protocol-";

  /** Created once per test run. */
  private static final Map<String, Path> COPIES = new ConcurrentHashMap<>();

  private VersionedPackage() {}

  /**
   * @param application a directory {@code quarkus-app}
   * @param copies parent directory of the copy
   */
  static Path of(Path application, Path copies, VersionRange versions) {
    if (versions.equals(VersionRange.SUPPORTED)) {
      return application;
    }
    return COPIES.computeIfAbsent(
        application + " " + versions, absent -> copy(application, copies, versions));
  }

  private static Path copy(Path application, Path copies, VersionRange versions) {
    String module = application.getParent().getParent().getFileName().toString();
    Path copy = copies.resolve(module + "-versions-" + versions);
    try {
      String source =
          Files.readString(Stack.root().resolve("protocol/src/main/java/" + CLASS + ".java"));
      String shifted =
          source.replaceFirst(
              "new VersionRange\\(\\d+, \\d+\\)",
              "new VersionRange(%d, %d)".formatted(versions.min(), versions.max()));
      assertThat(shifted).isNotEqualTo(source);
      PackageCopy made = new PackageCopy(application, JAR);
      made.putClass(CLASS, shifted, copy.resolve("shifted"), List.of());
      made.write(copy);
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
