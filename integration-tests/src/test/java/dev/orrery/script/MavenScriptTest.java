package dev.orrery.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the script {@code mvnw}, with fake Mavens that record their arguments. */
class MavenScriptTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("orrery.it.root")).normalize().toAbsolutePath().resolve("mvnw");

  @TempDir private Path directory;
  private BareMachine machine;
  private Path cached;

  @BeforeEach
  void makeMachine() throws IOException {
    Matcher version = Pattern.compile("maven_version=(\\S+)").matcher(Files.readString(SCRIPT));
    assertThat(version.find()).isTrue();
    machine = new BareMachine(directory);
    machine.set("XDG_CACHE_HOME", directory.resolve("cache"));
    machine.noting(machine.bin().resolve("javac"));
    cached = directory.resolve("cache/orrery/apache-maven-" + version.group(1) + "/bin/mvn");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.9.0", "3.10.1", "4.0.0"})
  void runsMavenFromThePath(String version) throws Exception {
    maven(machine.bin().resolve("mvn"), version);

    assertThat(machine.run(SCRIPT, "-q", "verify", "-Dx=a b")).as(machine.output()).isZero();

    assertThat(machine.lastCall()).isEqualTo(machine.bin().resolve("mvn") + " -q verify -Dx=a b");
  }

  @Test
  void prefersMavenFromMavenHome() throws Exception {
    Path home = directory.resolve("maven");
    maven(machine.bin().resolve("mvn"), "3.9.9");
    maven(home.resolve("bin/mvn"), "3.9.1");
    machine.set("MAVEN_HOME", home);

    assertThat(machine.run(SCRIPT, "verify")).isZero();

    assertThat(machine.lastCall()).isEqualTo(home.resolve("bin/mvn") + " verify");
  }

  @ParameterizedTest
  @CsvSource({"3.8.9", "2.99.0", "unknown"})
  void runsCachedMavenWhenInstalledMavenIsTooOld(String version) throws Exception {
    maven(machine.bin().resolve("mvn"), version);
    maven(cached, "3.9.0");

    assertThat(machine.run(SCRIPT, "verify")).isZero();

    assertThat(machine.lastCall()).isEqualTo(cached + " verify");
  }

  @Test
  void fetchesNewerMavenOnceWithOlderMaven() throws Exception {
    // The older one unpacks what it fetched into the directory of its last argument.
    maven(
        machine.bin().resolve("mvn"),
        "3.6.3",
        "for last; do :; done",
        "mkdir -p \"${last#*=}/%s\"".formatted(cached.getParent().getParent().getFileName()),
        "cp -r %s \"${last#*=}/%s/bin\""
            .formatted(directory.resolve("fetched"), cached.getParent().getParent().getFileName()));
    machine.noting(machine.bin().resolve("cp"), "exec /bin/cp \"$@\"");
    maven(directory.resolve("fetched/mvn"), "3.9.16");

    assertThat(machine.run(SCRIPT, "verify")).as(machine.output()).isZero();
    assertThat(machine.output()).contains("fetching");
    assertThat(machine.lastCall()).isEqualTo(cached + " verify");

    assertThat(machine.run(SCRIPT, "package")).isZero();
    assertThat(machine.output()).doesNotContain("fetching");
    assertThat(machine.lastCall()).isEqualTo(cached + " package");
  }

  @Test
  void leavesNoFilesAfterFailedFetch() throws Exception {
    maven(machine.bin().resolve("mvn"), "3.6.3", "exit 1");

    assertThat(machine.run(SCRIPT, "verify")).isEqualTo(1);

    assertThat(machine.output()).contains("could not be fetched", "set MAVEN_HOME");
    assertThat(directory.resolve("cache/orrery")).isEmptyDirectory();
  }

  @Test
  void namesMissingPackages() throws Exception {
    assertThat(machine.run(SCRIPT, "verify")).isEqualTo(1);
    assertThat(machine.output())
        .startsWith("No Maven found.")
        .endsWith("  apt-get install maven\n");

    Files.delete(machine.bin().resolve("javac"));
    assertThat(machine.run(SCRIPT, "verify")).isEqualTo(1);
    assertThat(machine.output())
        .startsWith("No JDK found.")
        .contains("  apt-get install openjdk-17-jdk-headless maven\n");
  }

  @Test
  void usesJdkFromJavaHome() throws Exception {
    Files.delete(machine.bin().resolve("javac"));
    machine.noting(directory.resolve("jdk/bin/javac"));
    machine.set("JAVA_HOME", directory.resolve("jdk"));
    maven(machine.bin().resolve("mvn"), "3.9.0");

    assertThat(machine.run(SCRIPT, "verify")).as(machine.output()).isZero();
  }

  private void maven(Path file, String version, String... lines) throws IOException {
    String[] all = new String[lines.length + 1];
    all[0] = "[ \"$*\" != --version ] || { echo 'Apache Maven %s'; exit; }".formatted(version);
    System.arraycopy(lines, 0, all, 1, lines.length);
    machine.noting(file, all);
  }
}
