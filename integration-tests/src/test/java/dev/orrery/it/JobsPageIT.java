package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Script;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.PluginJar;
import dev.orrery.testing.WebhookReceiver;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Applies the examples of docs/jobs.md verbatim, and runs them. */
@AtNight
class JobsPageIT {
  private static final String APP = "docs";
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| \\[`([A-Za-z]+)`\\]\\(#([a-z-]+)\\)");

  @Test
  void acceptsAndRunsEveryExampleOfTheJobsPage() throws Exception {
    String page = Files.readString(Stack.root().resolve("docs/jobs.md"));
    try (Stack stack = new Stack("jobs-page");
        WebhookReceiver receiver = new WebhookReceiver()) {
      stack.startScheduler();
      stack.api().putApp(APP);
      Script orrery = Script.of(stack);
      Path examples = Files.createDirectory(stack.directory().resolve("examples"));
      int number = 0;
      for (Matcher example = EXAMPLE.matcher(page); example.find(); ) {
        // The one address that is not there.
        Files.writeString(
            examples.resolve(++number + ".yaml"),
            example.group(1).replace("https://billing.example.com/", receiver.url()));
      }
      assertThat(number).isPositive();
      Script.Result applied = orrery.run("apply", "-f", examples.toString());
      assertThat(applied.exitCode()).as(applied.err()).isZero();

      startAgent(stack);
      List<JsonNode> jobs = jobs(stack);
      Map<String, String> expected = new LinkedHashMap<>();
      for (JsonNode job : jobs) {
        expected.put(stack.api().run(APP, job.get("name").asText()), expectedState(job));
      }
      for (String id : expected.keySet()) {
        Await.until(
            "instance " + id + " has ended",
            Duration.ofSeconds(30),
            () -> stack.api().instance(id).hasNonNull("endedAt"));
        JsonNode instance = stack.api().instance(id);
        assertThat(instance.get("state").asText())
            .as(instance.toString())
            .isEqualTo(expected.get(id));
      }
      System.out.printf("JobsPageIT: %d examples, %d jobs ran%n", number, jobs.size());
      requireAllFields(page, jobs);
    }
  }

  /** The example of exit codes that end the retries fails with one of them. */
  private static String expectedState(JsonNode job) {
    return job.at("/processor/nonRetryableExitCodes").isMissingNode() ? "SUCCEEDED" : "FAILED";
  }

  private static void startAgent(Stack stack) throws IOException {
    Path plugins = stack.directory().resolve("plugins");
    new PluginJar()
        .processor("docs.ImportOrders", "import-orders", "return \"3 files\";")
        .write(plugins.resolve("import-orders.jar"));
    stack.startAgent(
        "-Dorrery.worker.app=" + APP,
        "-Dorrery.worker.token=" + stack.api().newToken(APP, "worker"),
        "-Dorrery.worker.processors=noop,shell,http,java",
        "-Dorrery.worker.http.allowed-networks=127.0.0.1/32",
        "-Dorrery.worker.plugin-dir=" + plugins,
        "-Dorrery.worker.tags=gpu,eu");
  }

  private static List<JsonNode> jobs(Stack stack) {
    List<JsonNode> jobs = new ArrayList<>();
    stack.api().get("/apps/" + APP + "/jobs?limit=500").get("items").forEach(jobs::add);
    return jobs;
  }

  /** Checks that the table lists exactly the fields that the scheduler knows. */
  private static void requireAllFields(String page, List<JsonNode> jobs) {
    Set<String> known = new TreeSet<>();
    for (JsonNode job : jobs) {
      for (Iterator<String> names = job.fieldNames(); names.hasNext(); ) {
        known.add(names.next());
      }
    }
    known.remove("status");
    Set<String> told = new TreeSet<>();
    for (Matcher row = ROW.matcher(page); row.find(); ) {
      told.add(row.group(1));
      String heading = row.group(2).replace("-", " ");
      assertThat(page.toLowerCase(Locale.ROOT)).contains("\n## " + heading + "\n");
    }
    assertThat(told).isEqualTo(known);
  }
}
