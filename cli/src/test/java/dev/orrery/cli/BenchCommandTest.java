package dev.orrery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.cli.FakeScheduler.Result;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
  @Test
  void namesTheScriptThatStartsTheBenchmarks() {
    Result result = FakeScheduler.execute("bench", "latency", "--size", "small");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("the script ./orrery");
  }
}
