package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.it.harness.Script;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests the script {@code orrery} with a scheduler from ORRERY_URL and ORRERY_TOKEN. */
class CliIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Stack stack;

  @BeforeAll
  static void start() {
    stack = new Stack("cli");
    stack.startScheduler();
    stack.startAgent("-Dorrery.worker.name=the-agent");
    job("greet", "{\"type\":\"shell\",\"script\":\"echo hello $ORRERY_PARAM_NAME; echo no >&2\"}");
    job("fail", "{\"type\":\"shell\",\"script\":\"echo why; exit 3\"}");
    job("long", "{\"type\":\"shell\",\"script\":\"echo begun; exec sleep 60\"}");
    stack
        .api()
        .putJob(
            Stack.APP,
            "nightly",
            "{\"processor\":{\"type\":\"noop\"},"
                + "\"trigger\":{\"cron\":\"0 30 2 * * *\",\"zone\":\"Europe/Berlin\"}}");
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  private static void job(String name, String processor) {
    stack.api().putJob(Stack.APP, name, "{\"processor\":" + processor + "}");
  }

  private static void script(String job, String script) {
    job(job, JSON.createObjectNode().put("type", "shell").put("script", script).toString());
  }

  @Test
  void followsListsAndShowsRun() throws Exception {
    Script.Result followed = orrery("run", "greet", "-p", "name=you", "--follow");
    assertThat(followed.exitCode()).as(followed.err()).isZero();
    assertThat(followed.out().lines()).containsExactlyInAnyOrder("hello you", "no");
    assertThat(followed.err()).contains("SUCCEEDED after");
    String id = followed.err().lines().findFirst().orElseThrow().replace("instance ", "");

    Script.Result listed = orrery("ps", "--job", "greet");
    assertThat(listed.out().lines().toList().get(1))
        .startsWith(id)
        .contains("greet", "SUCCEEDED", "the-agent")
        .doesNotContain("\u001b");
    JsonNode json = orrery("ps", "--job", "greet", "--state", "SUCCEEDED", "-o", "json").json();
    assertThat(json.at("/items/0/id").asText()).isEqualTo(id);
    assertThat(json.at("/items/0")).isEqualTo(stack.api().instance(id));

    assertThat(orrery("get", id).out())
        .contains("SUCCEEDED", "greet (app it, version 1)", "name=you", "ATTEMPT");
    assertThat(orrery("get", id, "-o", "json").json().at("/attempts/0/state").asText())
        .isEqualTo("SUCCEEDED");
    assertThat(orrery("logs", id).out().lines()).containsExactlyInAnyOrder("hello you", "no");
    assertThat(orrery("logs", "-f", id, "--attempt", "1", "-o", "json").out().lines().toList())
        .hasSize(2)
        .allSatisfy(line -> assertThat(JSON.readTree(line).has("sequence")).isTrue());
  }

  @Test
  void returnsExitCode1ForFailedRunAndRetriesFailedRun() throws Exception {
    Script.Result failed = orrery("run", "fail", "--wait");

    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.err()).contains("FAILED after", "exit code 3");
    String retried = orrery("retry", failed.out().strip()).out().strip();
    assertThat(stack.api().instance(retried).get("retryOf").asText())
        .isEqualTo(failed.out().strip());
  }

  @Test
  void cancelsRunWhileItsLogIsFollowed() throws Exception {
    String id = orrery("run", "long").out().strip();
    Process follower = Script.of(stack).launch("follow.txt", "logs", "-f", id);
    stack.api().awaitState(id, "RUNNING", Duration.ofSeconds(10));

    Script.Result canceled = orrery("cancel", id);

    assertThat(canceled.exitCode()).as(canceled.err()).isZero();
    assertThat(follower.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(follower.exitValue()).isZero();
    assertThat(Files.readString(stack.directory().resolve("follow.txt"))).startsWith("begun");
    assertThat(stack.api().state(id)).isEqualTo("CANCELED");
    assertThat(orrery("get", id).out())
        .contains("canceled by a user")
        .doesNotContain("exit code", "error ");
    Script.Result again = orrery("cancel", id);
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains("ALREADY_TERMINAL").doesNotContain("\tat ");
  }

  @Test
  void showsTreeAndPartsAndCancelsSinglePart() throws Exception {
    stack
        .api()
        .putJob(
            Stack.APP,
            "shards",
            "{\"processor\":{\"type\":\"shell\",\"script\":\"echo part"
                + " $ORRERY_PARAM_shardIndex; test $ORRERY_PARAM_shardIndex = 0 && exec sleep 600;"
                + " exit 0\"},\"fanOut\":{\"type\":\"shards\",\"count\":3,\"tolerate\":1}}");
    String id = orrery("run", "shards").out().strip();
    Process watcher = Script.of(stack).launch("tree.txt", "tree", id, "--watch");
    Await.until(
        "two parts have succeeded and one runs",
        Duration.ofSeconds(30),
        () ->
            stack.api().instance(id).at("/parts/succeeded").asInt() == 2
                && orrery("parts", id, "--active").out().contains("RUNNING"));
    assertThat(orrery("tree", id).out())
        .containsPattern("parts +\\[######----] 2/3: 1 active, 2 succeeded\\n");
    assertThat(orrery("ps", "--job", "shards").out()).contains("RUNNING", "2/3 parts");
    String running =
        orrery("parts", id, "--active", "-o", "json").json().at("/items/0/id").asText();

    Script.Result canceled = orrery("cancel", running);

    assertThat(canceled.exitCode()).as(canceled.err()).isZero();
    assertThat(watcher.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(watcher.exitValue()).isZero();
    assertThat(Files.readString(stack.directory().resolve("tree.txt")))
        .contains(
            "part 0 (" + running + ") CANCELED",
            "SUCCEEDED [##########] 3/3: 1 failed, 2 succeeded");
    assertThat(orrery("parts", id, "--failed", "-o", "json").json().at("/items/0/id").asText())
        .isEqualTo(running);
    assertThat(orrery("logs", running).out()).isEqualTo("part 0\nexit code 143\n");
    assertThat(orrery("get", running).out()).containsPattern("part +0 of " + id);
  }

  @Test
  void showsFlowAndRetriesItFromFailedNode() throws Exception {
    script("flow-fetch", "echo '::result 90 orders'");
    script("flow-bill", "echo no prices >&2; exit 3");
    script("flow-report", "echo \"::result $ORRERY_PARAM_text\"");
    job(
        "flow",
        """
        {"type": "flow", "nodes": [
          {"name": "fetch", "job": "flow-fetch"},
          {"name": "bill", "job": "flow-bill", "needs": ["fetch"]},
          {"name": "mail", "job": "flow-report", "needs": ["bill"],
           "parameters": {"text": "${nodes.bill.result}"}},
          {"name": "alert", "job": "flow-report", "needs": ["bill"], "when": "failed",
           "parameters": {"text": "an alert"}}]}
        """);

    Script.Result failed = orrery("run", "flow", "--wait");

    assertThat(failed.exitCode()).as(failed.err()).isEqualTo(1);
    String id = failed.out().strip();
    assertThat(orrery("tree", id).out())
        .containsPattern("nodes +\\[#{10}] 4/4: 1 failed, 2 succeeded, 1 skipped\n")
        .containsPattern("✓ fetch +SUCCEEDED +flow-fetch +\\d+ .* 90 orders\n")
        .containsPattern("✗   bill +FAILED +flow-bill +\\d+ .* fetch +exit code 3: no prices\n")
        .containsPattern("–     mail +SKIPPED +flow-report +bill +bill did not succeed\n")
        .containsPattern("✓     alert +SUCCEEDED +flow-report +\\d+ .* bill +an alert\n");

    script("flow-bill", "echo '::result 12 invoices'");
    String retried = orrery("retry", id, "--from-failed").out().strip();
    Script.Result watched = orrery("tree", retried, "--watch");

    assertThat(watched.exitCode()).as(watched.err()).isZero();
    assertThat(watched.out())
        .containsPattern("node fetch \\(\\d+\\) SUCCEEDED: reused; 90 orders\n")
        .containsPattern("node mail \\(\\d+\\) SUCCEEDED: 12 invoices\n");
    assertThat(orrery("get", retried).out()).containsPattern("retry of +" + id);
    String node = orrery("tree", retried, "-o", "json").json().at("/allNodes/1/instance").asText();
    assertThat(orrery("get", node).out()).containsPattern("node +bill of " + retried);
    assertThat(orrery("logs", node).out()).isEqualTo("::result 12 invoices\n");
  }

  @Test
  void listsPausesAndResumesJobsAndShowsNextFireTimes() throws Exception {
    assertThat(orrery("pause", "nightly").out()).isEqualTo("job nightly of app it is paused\n");
    assertThat(orrery("jobs").out().lines().filter(line -> line.startsWith("nightly")))
        .singleElement()
        .asString()
        .contains("paused", "cron 0 30 2 * * * (Europe/Berlin)");
    assertThat(orrery("resume", "nightly", "-o", "json").json().at("/status/paused").asBoolean())
        .isFalse();
    assertThat(orrery("next", "nightly", "--count", "3", "--utc").out().lines().toList())
        .hasSize(3)
        .allMatch(line -> line.matches("20..-..-..T0[01]:30:00Z"));
    assertThat(orrery("next", "nightly", "-o", "json").json().get("fireTimes")).hasSize(5);
    assertThat(orrery("next", "nightly").err()).contains("at 02:30:00 every day, Europe/Berlin");
    assertThat(orrery("next", "--cron", "0 0 9 LW * ?", "--count", "1").err())
        .contains("at 09:00:00 on the last weekday (MON-FRI) of the month, UTC");
    assertThat(orrery("next", "--cron", "0 0 9 * * 2").err()).contains("MON in Quartz, but TUE");
  }

  @Test
  void listsWorkers() throws Exception {
    assertThat(orrery("workers").out().lines().toList().get(1))
        .startsWith("the-agent")
        .contains("it", "/20", "http v1");
    assertThat(orrery("workers", "-o", "json").json().at("/items/0/name").asText())
        .isEqualTo("the-agent");
  }

  @Test
  void reportsHealthyAndFailingChecksInDoctor() throws Exception {
    Script.Result healthy = orrery("doctor", "-o", "json");
    assertThat(healthy.exitCode()).as(healthy.out()).isZero();
    assertThat(healthy.json().path("checks"))
        .extracting(check -> check.path("check").asText())
        .contains("api", "token", "ports", "health", "workers", "versions");
    assertThat(orrery("doctor").out()).contains("accepted, role admin.");

    Script.Result workerPort =
        new Script(
                stack.directory(),
                Map.of("ORRERY_URL", "http://localhost:" + stack.httpPort(), "ORRERY_TOKEN", "t"))
            .run("doctor");
    assertThat(workerPort.exitCode()).isEqualTo(1);
    assertThat(workerPort.out()).contains("FAIL", "is an Orrery port without the REST API");
  }

  private static Script.Result orrery(String... words) throws Exception {
    return Script.of(stack).run(words);
  }
}
