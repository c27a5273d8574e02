package dev.orrery.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the script {@code orrery} in a checkout of empty modules, with a fake Java and a fake Maven
 * that record their arguments.
 */
@Tag("slow")
class OrreryScriptTest {
  private static final Path REPOSITORY =
      Path.of(System.getProperty("orrery.it.root")).normalize().toAbsolutePath();

  private static final String CLI = "cli/target/orrery-cli.jar";
  private static final String ARCHIVE = "cli/target/orrery-cli.jsa";
  private static final String JAVA_OF_THE_ARCHIVE = "cli/target/orrery-cli.java";
  private static final String SCHEDULER = "scheduler-service/target/quarkus-app/quarkus-run.jar";
  private static final String AGENT = "worker-agent/target/quarkus-app/quarkus-run.jar";
  private static final String BENCH = "benchmarks/target/orrery-bench.jar";

  private static final String MAVEN = "./mvnw --batch-mode -Dquick -DskipTests package --projects ";

  @TempDir private Path directory;
  private BareMachine machine;
  private Path checkout;
  private Path java;

  @BeforeEach
  void makeCheckout() throws IOException {
    checkout = Files.createDirectory(directory.resolve("checkout"));
    machine = new BareMachine(directory.resolve("machine"));
    java = machine.bin().resolve("java");
    Files.copy(
        REPOSITORY.resolve("orrery"),
        checkout.resolve("orrery"),
        StandardCopyOption.COPY_ATTRIBUTES);
    for (String module : MavenModules.withDependenciesOf("benchmarks", "cli")) {
      write(checkout.resolve(module).resolve("src/main/Source.java"), "", 60);
      write(checkout.resolve(module).resolve("pom.xml"), "", 60);
    }
    for (String jar : List.of(CLI, SCHEDULER, AGENT, BENCH)) {
      write(checkout.resolve(jar), "", 30);
    }
    write(checkout.resolve(ARCHIVE), "", 20);
    write(checkout.resolve(JAVA_OF_THE_ARCHIVE), java + "\n", 20);
    machine.noting(checkout.resolve("mvnw"));
    machine.java(java, "17.0.9");
  }

  static Stream<Arguments> commandsAndTheirModules() throws Exception {
    List<Arguments> all = new ArrayList<>();
    for (String module : MavenModules.withDependenciesOf("scheduler-service", "worker-agent")) {
      all.add(Arguments.of("up", module, "scheduler-service,worker-agent"));
    }
    for (String module : MavenModules.withDependenciesOf("cli")) {
      all.add(Arguments.of("ps", module, "cli"));
    }
    for (String module :
        MavenModules.withDependenciesOf("benchmarks", "scheduler-service", "worker-agent")) {
      all.add(
          Arguments.of("bench", module, "scheduler-service,worker-agent,benchmarks -Pbenchmarks"));
    }
    return all.stream();
  }

  /** The modules are the dependencies in the pom.xml files. */
  @ParameterizedTest
  @MethodSource("commandsAndTheirModules")
  void buildsProgramsThatContainTheChangedModule(String command, String module, String projects)
      throws Exception {
    change(module + "/src/main/Source.java");

    assertThat(run(command)).as(machine.output()).isZero();

    // What the benchmarks and the command line share is in two builds.
    assertThat(builds()).last().asString().startsWith(MAVEN + projects);
  }

  @ParameterizedTest
  @CsvSource({
    "up, worker-agent/pom.xml, 'scheduler-service,worker-agent'",
    "demo, sdk/worker/src/main/Source.java, 'scheduler-service,worker-agent'",
    "archive, console/pom.xml, 'scheduler-service,worker-agent'",
    "ps, cli/pom.xml, cli",
    "bench, benchmarks/pom.xml, 'scheduler-service,worker-agent,benchmarks -Pbenchmarks'",
  })
  void buildsProgramsThatContainTheChangedFile(String command, String file, String projects)
      throws Exception {
    change(file);

    assertThat(run(command)).as(machine.output()).isZero();

    assertThat(builds()).containsExactly(MAVEN + projects + " --also-make");
  }

  @ParameterizedTest
  @CsvSource({
    "up, " + SCHEDULER,
    "demo, " + AGENT,
    "archive, " + SCHEDULER,
    "ps, " + CLI,
    "bench, " + BENCH,
    "bench, " + AGENT
  })
  void buildsProgramWithMissingJar(String command, String jar) throws Exception {
    Files.delete(checkout.resolve(jar));

    run(command);

    assertThat(builds()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "demo", "archive", "ps", "bench"})
  void buildsNothingWhenJarsAreUpToDate(String command) throws Exception {
    assertThat(run(command)).as(machine.output()).isZero();

    assertThat(builds()).isEmpty();
  }

  @Test
  void buildsNoServicesForPlainCommands() throws Exception {
    change("scheduler-service/src/main/Source.java");
    change("sdk/worker/src/main/Source.java");

    assertThat(run("ps")).isZero();

    assertThat(builds()).isEmpty();
  }

  /** Maven keeps a jar with unchanged content. */
  @ParameterizedTest
  @CsvSource({"ps, cli", "bench, benchmarks"})
  void buildsOnceWhenChangeLeavesJarUnmodified(String command, String module) throws Exception {
    // The scheduler and the agent are written again by each build.
    change(module + "/src/main/Source.java");

    assertThat(run(command)).isZero();
    assertThat(run(command)).isZero();

    assertThat(builds()).hasSize(1);
  }

  @Test
  void showsErrorsOfFailedBuild() throws Exception {
    machine.noting(
        checkout.resolve("mvnw"), "echo '[INFO] Scanning'", "echo '[ERROR] no disk'", "exit 1");
    change("cli/src/main/Source.java");

    assertThat(run("ps")).isEqualTo(1);

    assertThat(machine.output())
        .contains("[ERROR] no disk\nThe build failed; its whole output is in " + checkout)
        .doesNotContain("Scanning");
    assertThat(checkout.resolve(".orrery-build.log")).content().contains("[INFO] Scanning");
    assertThat(machine.calls()).noneMatch(call -> call.endsWith(" ps"));
  }

  @Test
  void runsCommandLineWithItsClassArchive() throws Exception {
    assertThat(run("ps", "--state", "FAILED", "a b")).isZero();

    assertThat(machine.calls())
        .singleElement()
        .asString()
        .startsWith(java + " -XX:TieredStopAtLevel=1 ")
        .endsWith(
            " -XX:SharedArchiveFile=%s/cli/target/orrery-cli.jsa -Dorrery.terminal=false"
                    .formatted(checkout)
                + " -Dorrery.home=%s -jar %s/%s ps --state FAILED a b"
                    .formatted(checkout, checkout, CLI));
  }

  @Test
  void recreatesClassArchiveAfterBuildAndForNewJava() throws Exception {
    change("cli/src/main/Source.java");
    assertThat(run("ps")).isZero();
    assertThat(trainings()).hasSize(1);

    machine.forgetCalls();
    assertThat(run("ps")).isZero();
    assertThat(machine.calls()).hasSize(1);

    machine.java(directory.resolve("jdk/bin/java"), "21");
    machine.set("JAVA_HOME", directory.resolve("jdk"));
    assertThat(run("ps")).isZero();
    assertThat(trainings()).singleElement().asString().startsWith(directory + "/jdk/bin/java ");
  }

  /** A full disk, or a Java without its own archive, does not fail the training. */
  @Test
  void runsWhenJavaWritesNoClassArchive() throws Exception {
    Files.delete(checkout.resolve(ARCHIVE));
    Files.delete(checkout.resolve(JAVA_OF_THE_ARCHIVE));

    assertThat(run("ps")).as(machine.output()).isZero();
    assertThat(checkout.resolve(ARCHIVE)).isEmptyFile();
    assertThat(trainings()).hasSize(1);

    assertThat(run("ps")).isZero();
    assertThat(trainings()).hasSize(1);
  }

  @Test
  void prefersJavaFromJavaHome() throws Exception {
    machine.java(directory.resolve("jdk/bin/java"), "21");
    machine.set("JAVA_HOME", directory.resolve("jdk"));

    assertThat(run("ps")).isZero();
    assertThat(run("bench", "throughput")).isZero();

    assertThat(machine.calls()).allMatch(call -> call.startsWith(directory + "/jdk/bin/java "));
  }

  @Test
  void usesJavaFromPathWhenJavaHomeHasNoJava() throws Exception {
    machine.set("JAVA_HOME", directory.resolve("nowhere"));

    assertThat(run("ps")).isZero();

    assertThat(machine.calls()).singleElement().asString().startsWith(java + " ");
  }

  @ParameterizedTest
  @CsvSource({
    "no,      No Java found. Install a JDK of version 17 or later",
    "11.0.2,  java is version 11. Install a JDK of version 17 or later",
    "1.8.0_1, java is version 1. Install a JDK of version 17 or later",
  })
  void refusesMissingOrOutdatedJava(String version, String message) throws Exception {
    Files.delete(java);
    Files.delete(checkout.resolve(JAVA_OF_THE_ARCHIVE));
    if (!version.equals("no")) {
      machine.java(java, version);
    }

    assertThat(run("ps")).isEqualTo(1);

    assertThat(machine.output())
        .contains(message, "  apt-get install openjdk-17-jdk-headless maven\n");
    assertThat(machine.calls()).isEmpty();
  }

  /** 'apply --prune' asks only on such a terminal; otherwise it needs --yes. */
  @Test
  void passesTerminalAndWidthToCommandLine() throws Exception {
    assertThat(machine.runOnTerminal(checkout, "./orrery apply --prune")).isZero();
    assertThat(machine.lastCall())
        .contains(" -Dorrery.terminal=true -Dorrery.columns=97 -Dorrery.input-terminal=true ")
        .endsWith(" apply --prune");

    assertThat(machine.runOnTerminal(checkout, "./orrery apply >out.txt")).isZero();
    assertThat(machine.lastCall())
        .contains(" -Dorrery.terminal=false -Dorrery.input-terminal=true ")
        .doesNotContain("columns");

    assertThat(machine.runOnTerminal(checkout, "./orrery apply <orrery")).isZero();
    assertThat(machine.lastCall())
        .contains(" -Dorrery.terminal=true -Dorrery.columns=97 ")
        .doesNotContain("input-terminal");

    assertThat(run("apply")).isZero();
    assertThat(machine.lastCall())
        .contains(" -Dorrery.terminal=false ")
        .doesNotContain("columns", "input-terminal");
  }

  @Test
  void createsClassArchivesBeforeBenchmark() throws Exception {
    assertThat(run("bench", "throughput", "--seconds", "5")).isZero();

    assertThat(machine.calls()).hasSize(3);
    assertThat(machine.calls().get(0)).endsWith(BENCH + " --check throughput --seconds 5");
    assertThat(machine.calls().get(1)).endsWith(CLI + " archive --if-missing");
    assertThat(machine.calls().get(2))
        .isEqualTo(
            "%s -Dorrery.home=%s -jar %s/%s throughput --seconds 5"
                .formatted(java, checkout, checkout, BENCH));
  }

  @Test
  void createsNoClassArchivesForRefusedBenchmark() throws Exception {
    machine.java(java, "17", "case \"$*\" in *--check*) exit 2 ;; esac");

    assertThat(run("bench", "nonsuch")).isEqualTo(2);

    assertThat(machine.calls()).singleElement().asString().endsWith(BENCH + " --check nonsuch");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "--version", "-V"})
  void showsBenchmarkHelpWithoutBuild(String option) throws Exception {
    change("benchmarks/src/main/Source.java");
    assertThat(run("bench", option)).isZero();
    assertThat(machine.lastCall()).endsWith(BENCH + " " + option);

    Files.delete(checkout.resolve(BENCH));
    assertThat(run("bench", option)).isZero();
    assertThat(machine.lastCall()).endsWith(CLI + " bench " + option);

    assertThat(builds()).isEmpty();
  }

  @Test
  void buildsNothingWhenInstalled() throws Exception {
    write(checkout.resolve("lib/orrery-cli.jar"), "", 30);
    for (String jar : List.of(CLI, SCHEDULER, AGENT, BENCH)) {
      Files.delete(checkout.resolve(jar));
    }

    assertThat(run("up")).as(machine.output()).isZero();
    assertThat(machine.lastCall()).endsWith(checkout + "/lib/orrery-cli.jar up");

    assertThat(run("bench", "throughput")).isEqualTo(1);
    assertThat(machine.output()).contains("The benchmarks are not in this archive");
    assertThat(builds()).isEmpty();
  }

  @Test
  void suggestsJavaRuntimeForInstallationWithoutJava() throws Exception {
    write(checkout.resolve("lib/orrery-cli.jar"), "", 30);
    Files.delete(java);

    assertThat(run("ps")).isEqualTo(1);

    assertThat(machine.output()).endsWith("  apt-get install openjdk-17-jre-headless\n");
  }

  private int run(String... words) throws IOException, InterruptedException {
    return machine.run(checkout.resolve("orrery"), words);
  }

  private List<String> builds() throws IOException {
    return machine.calls().stream().filter(call -> call.startsWith("./mvnw ")).toList();
  }

  private List<String> trainings() throws IOException {
    return machine.calls().stream()
        .filter(call -> call.endsWith(" dev.orrery.cli.CommandTraining"))
        .toList();
  }

  /** Makes a source newer than every jar, and older than a build that starts now. */
  private void change(String file) throws IOException {
    write(checkout.resolve(file), "changed", 10);
  }

  private static void write(Path file, String text, int minutesAgo) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60L * minutesAgo)));
  }
}
