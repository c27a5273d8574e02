package dev.orrery.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests the scripts {@code .ci/release} and {@code .ci/sign} in a small repository, with a fake
 * Maven that packages.
 */
class ReleaseScriptTest {
  private static final Path SCRIPTS =
      Path.of(System.getProperty("orrery.it.root")).normalize().toAbsolutePath().resolve(".ci");

  /** Packages what the script collects; DEPENDENCY is a version in the POM of the library. */
  private static final String[] MAVEN = {
    "version=$(sed -n 's:.*<version>\\(.*\\)</version>.*:\\1:p' pom.xml | head -n 1)",
    "mkdir -p packaging/distribution/target scheduler-service/target worker-agent/target cli/target",
    "cd packaging/distribution/target",
    "echo archive >orrery-$version.tar.gz",
    "sha256sum orrery-$version.tar.gz >orrery-$version.tar.gz.sha256",
    "cd ../../..",
    "for program in scheduler-service worker-agent cli; do",
    "  printf '\"bomFormat\" : \"CycloneDX\",\\n\"version\" : \"%s\"\\n' $version"
        + " >$program/target/bom.json",
    "done",
    "for word; do case $word in -DaltDep*) libraries=${word#*file:} ;; esac; done",
    "library=$libraries/dev/orrery/orrery-lib/$version",
    "mkdir -p $library",
    "for kind in .pom .jar -sources.jar ${JAVADOC:--javadoc.jar}; do",
    "  echo \"$kind ${DEPENDENCY:-1.0}\" >$library/orrery-lib-$version$kind",
    "  echo sum >$library/orrery-lib-$version$kind.sha1",
    "done"
  };

  private static final String POM =
      """
      <project>
      <parent>
      <version>1.2.0-SNAPSHOT</version>
      </parent>
      <artifactId>orrery-lib</artifactId>
      <maven.deploy.skip>false</maven.deploy.skip>
      </project>
      """;

  @TempDir private Path directory;
  private BareMachine machine;
  private Path checkout;

  @BeforeEach
  void makeRepository() throws Exception {
    machine = new BareMachine(Files.createDirectory(directory.resolve("machine")));
    machine.set("PATH", machine.bin() + ":/usr/bin:/bin");
    machine.set("JAVA_HOME", System.getProperty("java.home"));
    machine.set("GNUPGHOME", Files.createDirectory(directory.resolve("no-keys")));
    for (String who : List.of("AUTHOR", "COMMITTER")) {
      machine.set("GIT_" + who + "_NAME", "Test");
      machine.set("GIT_" + who + "_EMAIL", "test@example.com");
    }
    checkout = Files.createDirectory(directory.resolve("checkout"));
    for (String name : List.of("release", "sign")) {
      Path script = write(".ci/" + name, "");
      Files.copy(
          SCRIPTS.resolve(name),
          script,
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    machine.noting(checkout.resolve("mvnw"), MAVEN);
    machine.noting(
        checkout.resolve(".ci/distribution"),
        "echo \"orrery $(basename $1 .tar.gz | sed s/orrery-//)\"");
    machine.noting(
        checkout.resolve("packaging/site/build"), "mkdir -p target/site; >target/site/index.html");
    machine.noting(machine.bin().resolve("kubectl"), "exit 1");
    machine.noting(checkout.resolve("packaging/helm/build"), "echo chart of $2 >$1.tgz");
    write("k8s/labels/labels.yaml", "labels:\n  app.kubernetes.io/version: 1.2.0\n");
    write("pom.xml", "<version>1.2.0-SNAPSHOT</version>\n");
    write("lib/pom.xml", POM);
    write("README.md", "Use 1.2.0-SNAPSHOT.\n");
    write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n- New.\n\n## 1.1.0\n\n- Old.\n");
    write(".gitignore", "target/\n");
    git("init --quiet && git add . && git commit --quiet -m one");
  }

  @Test
  void createsReleaseFilesAndReportsThatTheyAreUnsigned() throws Exception {
    assertThat(release("1.2.0-rc1")).as(machine.output()).isZero();

    Path made = checkout.resolve("target/release/1.2.0-rc1");
    assertThat(files(made))
        .contains(
            "SHA256SUMS",
            "orrery-1.2.0-rc1-libraries.zip",
            "orrery-1.2.0-rc1.tar.gz",
            "orrery-1.2.0-rc1.tar.gz.sha256",
            "orrery-chart-1.2.0-rc1.tgz",
            "orrery-cli-1.2.0-rc1.cdx.json",
            "orrery-scheduler-service-1.2.0-rc1.cdx.json",
            "orrery-worker-agent-1.2.0-rc1.cdx.json",
            "release-notes.md")
        .noneMatch(file -> file.endsWith(".asc"));
    assertThat(Files.readString(made.resolve("release-notes.md"))).isEqualTo("- New.\n");
    assertThat(Files.readString(made.resolve("orrery-chart-1.2.0-rc1.tgz")))
        .isEqualTo("chart of 1.2.0-rc1\n");
    assertThat(Files.readString(made.resolve("SHA256SUMS")))
        .contains("  orrery-1.2.0-rc1-libraries.zip\n", "  release-notes.md\n");
    assertThat(machine.output())
        .contains("the archive works, 1 libraries are complete", "UNSIGNED: .ci/sign ");
    assertThat(Files.readString(checkout.resolve("README.md"))).contains("1.2.0-SNAPSHOT");
  }

  @Test
  void signsLibrariesInTheirArchiveAndSumsThatMatch() throws Exception {
    haveKey();
    assertThat(release("1.2.0-rc1")).as(machine.output()).isZero();
    assertThat(machine.calls()).noneMatch(call -> call.contains("gpg"));

    assertThat(sign("target/release/1.2.0-rc1")).as(machine.output()).isZero();

    Path made = checkout.resolve("target/release/1.2.0-rc1");
    assertThat(files(made)).contains("SHA256SUMS.asc");
    assertThat(machine.calls())
        .filteredOn(call -> call.contains("--detach-sign"))
        .extracting(call -> call.replaceFirst(".*[/ ]", ""))
        .containsExactlyInAnyOrder(
            "orrery-lib-1.2.0-rc1.pom",
            "orrery-lib-1.2.0-rc1.jar",
            "orrery-lib-1.2.0-rc1-sources.jar",
            "orrery-lib-1.2.0-rc1-javadoc.jar",
            "SHA256SUMS");
    try (ZipFile libraries = new ZipFile(made.resolve("orrery-1.2.0-rc1-libraries.zip").toFile())) {
      assertThat(libraries.stream().map(ZipEntry::getName))
          .contains("dev/orrery/orrery-lib/1.2.0-rc1/orrery-lib-1.2.0-rc1.jar.asc");
    }
    assertThat(sign("target/release/1.2.0-rc1")).as("the sums hold, twice too").isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true | gpg has no secret key",
        "echo other >>target/release/1.2.0-rc1/release-notes.md | does not have the files that",
        "rm target/release/1.2.0-rc1/release-notes.md | does not have the files that .ci/release made",
      })
  void signsNothingThatWasNotMadeByRelease(String before, String message) throws Exception {
    assertThat(release("1.2.0-rc1")).as(machine.output()).isZero();
    git("--version && " + before);

    assertThat(sign("target/release/1.2.0-rc1")).isEqualTo(1);

    assertThat(machine.output()).contains(message);
    assertThat(files(checkout.resolve("target/release/1.2.0-rc1")))
        .noneMatch(file -> file.endsWith(".asc"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          1.2            | true         | '1.2' is not a version such as 1.2.0
          1.2.0-SNAPSHOT | true         | '1.2.0-SNAPSHOT' is not a version
          1.3.0          | true         | The manifests of k8s/ are of version 1.2.0. Set 1.3.0 in their labels and images.
          1.2.0          | true         | CHANGELOG.md has no section '## 1.2.0'. Rename '## Unreleased'.
          1.2.0-rc1      | echo >more   | ?? more
          1.2.0-rc1      | echo >pom.xml | M pom.xml
          1.2.0-rc1      | git tag v1.2.0-rc1 && git commit --quiet --allow-empty -m two | The tag v1.2.0-rc1 is on
          1.2.0-rc1      | mkdir -p target/release/1.2.0-rc1/x | has files already
          """)
  void refusesInvalidReleaseBeforeBuild(String version, String before, String message)
      throws Exception {
    git("--version && " + before);

    assertThat(release(version)).isEqualTo(1);

    assertThat(machine.output()).contains(message);
    assertThat(machine.calls()).noneMatch(call -> call.contains("mvnw"));
  }

  @ParameterizedTest
  @CsvSource({
    "DEPENDENCY, 1.3-SNAPSHOT, depend on a version that is no release",
    "JAVADOC, -other.jar, There is no orrery-lib-1.2.0-rc1-javadoc.jar"
  })
  void refusesIncompleteLibraries(String variable, String value, String message) throws Exception {
    machine.set(variable, value);

    assertThat(release("1.2.0-rc1")).isEqualTo(1);

    assertThat(machine.output()).contains(message);
  }

  @Test
  void refusesArchiveOfAnotherVersion() throws Exception {
    machine.noting(checkout.resolve(".ci/distribution"), "echo orrery 1.1.0");
    git("commit --quiet -a -m two");

    assertThat(release("1.2.0-rc1")).isEqualTo(1);

    assertThat(machine.output()).contains("The archive is not of version 1.2.0-rc1.");
  }

  private int release(String version) throws IOException, InterruptedException {
    return machine.run(checkout.resolve(".ci/release"), version);
  }

  private int sign(String made) throws IOException, InterruptedException {
    return machine.run(checkout.resolve(".ci/sign"), checkout.resolve(made).toString());
  }

  private void haveKey() throws IOException {
    machine.noting(
        machine.bin().resolve("gpg"),
        "case \"$*\" in",
        "*--list-secret-keys*) echo sec:u: ;;",
        "*--detach-sign*) for file; do :; done; echo signature >$file.asc ;;",
        "esac");
  }

  private void git(String words) throws IOException, InterruptedException {
    Path script = directory.resolve("git.sh");
    Files.writeString(script, "#!/bin/sh\nset -e\ncd \"" + checkout + "\"\ngit " + words + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    assertThat(machine.run(script)).as(machine.output()).isZero();
  }

  private Path write(String name, String text) throws IOException {
    Path file = checkout.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
