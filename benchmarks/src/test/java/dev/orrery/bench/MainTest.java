package dev.orrery.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Tests command lines that are rejected or answered before any program starts. */
class MainTest {
  private static final int USAGE = 2;

  @TempDir private Path root;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int execute(String... args) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    PrintStream results = new PrintStream(out, true, StandardCharsets.UTF_8);
    CommandLine line = new CommandLine(new Main(results, stream, root));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setErr(new PrintWriter(stream, true, StandardCharsets.UTF_8));
    return line.execute(args);
  }

  @Test
  void refusesUnknownScenarioAndListsValidNames() {
    assertThat(execute("throughput", "thruput")).isEqualTo(USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("'thruput'", "raw-bare", "recovery");
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void checksScenariosAndOptionsWithoutStartingPrograms() {
    assertThat(execute("--check", "latency", "idle", "--seconds", "5", "--json")).isZero();
    assertThat(execute("--check", "latency", "--seconds", "0")).isEqualTo(USAGE);
    assertThat(execute("--check", "nonsuch")).isEqualTo(USAGE);
    assertThat(root).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "--instances, 0",
    "--instances, many",
    "--rounds, 0",
    "--size, large",
    "--waiting, -1",
    "--consoles, 0",
    "--scheduler, not-there",
    "--agent, pom.xml",
    "--lease, 0"
  })
  void refusesInvalidOptionValueAndNamesTheOption(String option, String value) {
    assertThat(execute(option, value)).isEqualTo(USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(option);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void refusesMissingProgramAndNamesAcceptedPrograms() {
    assertThat(execute("--scheduler", "not-there")).isEqualTo(USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("not-there does not exist", "quarkus-run.jar", "native executable");
  }

  @Test
  void listsAllScenariosInHelp() {
    String help = new CommandLine(new Main(System.out, System.err, root)).getUsageMessage();
    assertThat(help).contains(ScenarioCatalog.NAMES);
  }
}
