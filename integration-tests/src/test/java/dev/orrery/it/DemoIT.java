package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the demo, which new users run first. */
@Order(3)
@Tag("thorough")
class DemoIT {
  /** Twenty seconds of runs, and both starts beside other tests. */
  private static final Duration LONGEST = Duration.ofMinutes(4);

  @Test
  void showsSuccessfulDemoRunsAndEndsByItself(@TempDir Path directory) throws Exception {
    assumeDefaultPortsAreFree();
    Path output = directory.resolve("demo.txt");

    Process demo = run(directory, output, "demo", "--for", "20s");
    boolean ended = demo.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS);
    demo.destroy();

    String shown = Files.readString(output);
    assertThat(ended).as(shown).isTrue();
    assertThat(demo.exitValue()).as(shown).isZero();
    assertThat(shown.lines().filter(line -> line.contains("SUCCEEDED")).count())
        .isGreaterThanOrEqualTo(8);
    assertThat(shown)
        .containsPattern("flaky +SUCCEEDED +3 ")
        .containsPattern("import +SUCCEEDED +1 .* 8/8 parts")
        .containsPattern("orders +SUCCEEDED .* all valid, in orders.parquet")
        .containsPattern("alarm +\\[demo] backup has been running for .* \\(since [0-9:]{8} .*\\)")
        .contains("0 failed");
    assertThat(Files.readString(directory.resolve(".orrery/scheduler.log"))).contains("stopped in");
    assertThat(Files.readString(directory.resolve(".orrery/agent.log"))).contains("stopped in");
    assertThat(directory.resolve(".orrery/data/postgres/postmaster.pid")).doesNotExist();
    assertThat(Files.getPosixFilePermissions(directory.resolve(".orrery/agent-demo-token")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  private static Process run(Path directory, Path output, String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(Stack.root().resolve("orrery").toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.command().addAll(List.of(arguments));
    builder.environment().put("ORRERY_WORKER_TOKEN", "of-a-worker-that-is-not-the-demo's");
    return builder.start();
  }

  private static void assumeDefaultPortsAreFree() {
    for (int port : new int[] {7700, 9000, 9100, 10010}) {
      boolean free = Ports.isFree(port);
      if (!free) {
        System.out.println("SKIPPED DemoIT: port " + port + " of this machine is in use");
      }
      Assumptions.assumeTrue(free, "port " + port + " is in use");
    }
  }
}
