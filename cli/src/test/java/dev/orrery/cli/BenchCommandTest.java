package dev.orrery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.cli.FakeScheduler.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
  private static final Path CATALOG =
      Path.of("../benchmarks/src/main/java/dev/orrery/bench/ScenarioCatalog.java");

  @Test
  void scenariosAreThoseOfTheBenchmarks() throws IOException {
    Matcher list =
        Pattern.compile("NAMES =\\s+List\\.of\\(([^)]+)\\)").matcher(Files.readString(CATALOG));

    assertThat(list.find()).isTrue();
    assertThat(list.group(1).replaceAll("[\\s\"]", "").split(","))
        .containsExactlyElementsOf(BenchCommand.SCENARIOS);
  }

  @Test
  void scenarioThatDoesNotExistIsRefusedBeforeABuild() {
    Result result = FakeScheduler.execute("bench", "--check", "latency", "nonsuch");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("'nonsuch'", "throughput, replicas, raw-own");
  }

  @Test
  void valuesOfOptionsAreNotScenarios() {
    Result result =
        FakeScheduler.execute(
            "bench", "--check", "latency", "--size", "small", "--rounds=1", "--json", "idle");

    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(BenchCommand.scenarios(List.of("a", "--size", "small", "--json", "b", "--x=y", "c")))
        .containsExactly("a", "b", "c");
  }
}
