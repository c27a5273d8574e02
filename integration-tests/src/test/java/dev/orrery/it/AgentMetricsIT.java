package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks that each meter of the agent reacts to its event, and that docs/metrics.md lists them. */
@Tag("thorough")
@AtNight
class AgentMetricsIT {
  private static final Path PAGE = Path.of("docs", "metrics.md");

  @Test
  void exposesDocumentedMetersOfTheAgent() {
    try (Stack stack = new Stack("agent-metrics", Leases.options())) {
      ProgramProcess scheduler = stack.startScheduler();
      stack.startAgent("-Dorrery.worker.capacity=2");
      stack
          .api()
          .putJob(Stack.APP, "work", "{\"processor\":{\"type\":\"shell\",\"script\":\"sleep 4\"}}");
      assertThat(value(stack, "orrery_worker_connected")).isEqualTo(1);
      assertThat(value(stack, "orrery_worker_capacity")).isEqualTo(2);
      assertThat(value(stack, "orrery_worker_sessions_total")).isEqualTo(1);

      List<String> ids = stack.api().runMany(Stack.APP, "work", 2);
      awaitAtLeast(stack, "orrery_worker_attempts_running", 2);
      assertThat(value(stack, "orrery_worker_attempts_started_total")).isEqualTo(2);
      scheduler.kill();
      awaitAtLeast(stack, "orrery_worker_reports_pending", 2);
      awaitAtLeast(stack, "orrery_worker_polls_failed_total", 1);
      assertThat(value(stack, "orrery_worker_connected")).isZero();
      assertThat(value(stack, "orrery_worker_attempts_running")).isZero();

      stack.startScheduler();
      ids.forEach(id -> stack.api().awaitState(id, "SUCCEEDED", Duration.ofSeconds(30)));
      awaitAtLeast(stack, "orrery_worker_reports_taken_total", 2);
      assertThat(value(stack, "orrery_worker_reports_pending")).isZero();
      assertThat(value(stack, "orrery_worker_reports_stale_total")).isZero();
      assertThat(value(stack, "orrery_worker_attempts_lost_total")).isZero();
      assertThat(stack.agentMetrics()).doesNotContain(Stack.APP + "\"", "agent-1", "work\"");
      thePageListsThem(stack.agentMetrics());
    }
  }

  @Test
  void countsAttemptsAndReportsOfLostSession() {
    try (Stack stack = new Stack("agent-stale", Leases.options())) {
      stack.startScheduler();
      ProgramProcess frozen = stack.startAgent();
      stack
          .api()
          .putJob(
              Stack.APP, "work", "{\"processor\":{\"type\":\"shell\",\"script\":\"sleep 60\"}}");
      String id = stack.api().run(Stack.APP, "work");
      // Running to the agent too: what it had not read yet it would never start.
      awaitAtLeast(stack, "orrery_worker_attempts_running", 1);

      frozen.pause();
      Await.until(
          "the attempt is lost",
          Duration.ofSeconds(40),
          () -> stack.api().state(id).equals("WAITING"));
      frozen.resume();

      awaitAtLeast(stack, "orrery_worker_attempts_lost_total", 1);
    }
  }

  private static void awaitAtLeast(Stack stack, String meter, double least) {
    Await.until(
        meter + " is at least " + least,
        Duration.ofSeconds(20),
        () -> value(stack, meter) >= least);
  }

  private static double value(Stack stack, String meter) {
    return stack
        .agentMetrics()
        .lines()
        .filter(line -> line.startsWith(meter + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(meter.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("There is no " + meter));
  }

  private static void thePageListsThem(String metrics) {
    TreeMap<String, String> rows = new TreeMap<>();
    List<String> lines = new ArrayList<>(metrics.lines().toList());
    for (int i = 0; i + 1 < lines.size(); i++) {
      if (lines.get(i).startsWith("# HELP orrery_")) {
        String[] help = lines.get(i).split(" ", 4);
        String type = lines.get(i + 1).split(" ", -1)[3];
        rows.put(help[2], "| `%s` | %s | – | %s |\n".formatted(help[2], type, help[3].strip()));
      }
    }
    String begin = "<!-- generated: agent -->\n";
    String expected =
        "| meter | type | labels | meaning |\n|---|---|---|---|\n" + String.join("", rows.values());
    Path file = Stack.root().resolve(PAGE);
    try {
      String text = Files.readString(file);
      int from = text.indexOf(begin) + begin.length();
      int to = text.indexOf("<!-- end: agent -->");
      if (Boolean.getBoolean("orrery.docs.write")) {
        Files.writeString(file, text.substring(0, from) + expected + text.substring(to));
      } else {
        assertThat(text.substring(from, to)).isEqualTo(expected);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
