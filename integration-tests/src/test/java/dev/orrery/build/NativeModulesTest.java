package dev.orrery.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.TextFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that each module with code of a native program has a NativeImageTest. */
class NativeModulesTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Pattern DEPENDENCY =
      Pattern.compile("(?s)<dependency>\\s*<groupId>dev\\.orrery</groupId>(.*?)</dependency>");
  private static final Pattern MODULE = Pattern.compile("<artifactId>orrery-(.*?)</artifactId>");

  @Test
  void containsNativeImageTestInEveryNativeModule() {
    Set<String> modules = new TreeSet<>();
    collect("scheduler-service", modules);
    collect("worker-agent", modules);

    assertThat(modules).contains("protocol", "worker-sdk").doesNotContain("transport-akka");
    assertThat(modules)
        .filteredOn(NativeModulesTest::hasCode)
        .allMatch(NativeModulesTest::hasTheTest);
  }

  private static void collect(String module, Set<String> modules) {
    if (modules.add(module)) {
      // What profiles add is for the JVM alone.
      String pom =
          TextFile.read(folder(module).resolve("pom.xml")).replaceAll("(?s)<profiles>.*", "");
      DEPENDENCY
          .matcher(pom)
          .results()
          .map(dependency -> dependency.group(1))
          .filter(dependency -> !dependency.contains("<scope>test</scope>"))
          .flatMap(dependency -> MODULE.matcher(dependency).results())
          .map((MatchResult name) -> name.group(1))
          .forEach(name -> collect(name, modules));
    }
  }

  private static Path folder(String module) {
    try {
      return ROOT.resolve(MavenModules.folderOf("orrery-" + module));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hasCode(String module) {
    return Files.exists(folder(module).resolve("src/main/java"));
  }

  private static boolean hasTheTest(String module) {
    try (Stream<Path> files = Files.walk(folder(module).resolve("src/test/java"))) {
      return files.anyMatch(file -> file.endsWith("NativeImageTest.java"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
