package dev.orrery.cli;

import static dev.orrery.cli.FakeScheduler.page;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.cli.FakeScheduler.Result;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests {@code tree} for flows, and how other commands show flows. */
class FlowCommandsTest {
  private static final String FLOW =
      "{\"id\":\"7\",\"app\":\"a\",\"job\":\"nightly\",\"state\":\"%s\",\"attempt\":1,"
          + "\"dueAt\":\"2027-01-01T00:00:00Z\",\"startedAt\":\"2027-01-01T00:00:01Z\","
          + "\"endedAt\":%s,\"endReason\":%s,\"parts\":null,\"nodes\":%s}";
  private static final String RUNNING =
      FLOW.formatted(
          "RUNNING",
          "null",
          "null",
          "{\"total\":5,\"waiting\":2,\"active\":1,\"succeeded\":1,\"failed\":1,\"skipped\":0}");
  private static final String FAILED =
      FLOW.formatted(
          "FAILED",
          "\"2027-01-01T00:00:09Z\"",
          "\"NODES_FAILED\"",
          "{\"total\":5,\"waiting\":0,\"active\":0,\"succeeded\":2,\"failed\":1,\"skipped\":2}");
  private static final String FETCHED =
      node(
          "fetch",
          "SUCCEEDED",
          "\"instance\":\"101\",\"worker\":\"w1\",\"reused\":true,\"result\":\"90 orders\"");
  private static final String FAILED_CHECK =
      node(
          "check",
          "FAILED",
          "\"instance\":\"102\",\"worker\":\"w1\",\"runMillis\":1500,\"error\":\"disk full\"",
          "fetch");

  private static final String STARTED = "\"startedAt\":\"2027-01-01T00:00:02Z\"";

  private final FakeScheduler scheduler = new FakeScheduler();

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @Test
  void drawsNodesInOrderBelowTheNodesTheyNeed() {
    flow(
        RUNNING,
        FETCHED,
        FAILED_CHECK,
        node("parts", "RUNNING", "\"instance\":\"103\"," + STARTED, "fetch"),
        node("bill", "WAITING", "\"instance\":null", "check", "parts"),
        node("stock", "WAITING", "\"instance\":\"105\",\"waitingFor\":\"PAUSED\"", "fetch"));

    Result result = scheduler.run("tree", "7");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out())
        .contains(
            "state       RUNNING\n",
            "nodes       [####------] 2/5: 1 failed, 1 active, 1 succeeded, 2 waiting\n")
        .doesNotContain("parts       ");
    List<String> table = tableOf(result);
    assertThat(table.get(0)).matches("NODE +STATE +JOB +ID +DURATION +WORKER +NEEDS +DETAIL");
    assertThat(table.subList(1, 6))
        .satisfiesExactly(
            fetch ->
                assertThat(fetch)
                    .matches("✓ fetch +SUCCEEDED +fetch-job +101 +w1 +reused; 90 orders"),
            check ->
                assertThat(check)
                    .matches("✗   check +FAILED +check-job +102 +1.5s +w1 +fetch +disk full"),
            parts ->
                assertThat(parts)
                    .matches("▶   parts +RUNNING +parts-job +103 +\\S+ +fetch +./orrery tree 103"),
            bill ->
                assertThat(bill)
                    .matches("○     bill +WAITING +bill-job +check, parts +waits for parts"),
            stock ->
                assertThat(stock)
                    .matches(
                        "○   stock +WAITING +stock-job +105 +fetch +its run waits: the job is paused"));
    assertThat(scheduler.asked()).containsExactly("GET /instances/7", "GET /instances/7/nodes");
  }

  @Test
  void showsThatFlowContinuesAfterFailedNode() {
    flow(RUNNING, node("a", "FAILED", "\"error\":\"disk full\",\"continueOnFailure\":true"));

    assertThat(tableOf(scheduler.run("tree", "7")).get(1))
        .endsWith("  disk full; the flow continues");
  }

  @Test
  void suggestsTreeCommandForEndedNodeWithNodesOrParts() {
    flow(
        FAILED,
        node("a", "SUCCEEDED", "\"instance\":\"101\"," + STARTED),
        node("b", "FAILED", "\"instance\":\"102\",\"error\":\"1 of 2 nodes failed: x\"," + STARTED),
        node("c", "FAILED", "\"error\":\"there is no job 'c-job'\""),
        node("d", "CANCELED", "\"instance\":\"104\",\"endReason\":\"CANCELED\""));

    assertThat(tableOf(scheduler.run("tree", "7")).subList(1, 5))
        .satisfiesExactly(
            a -> assertThat(a).endsWith(" ./orrery tree 101"),
            b -> assertThat(b).endsWith(" 1 of 2 nodes failed: x; ./orrery tree 102"),
            c -> assertThat(c).endsWith(" there is no job 'c-job'"),
            d -> assertThat(d).endsWith(" canceled by a user"));
  }

  @Test
  void showsOpenNeedsOfWaitingNodes() {
    flow(
        RUNNING,
        FETCHED,
        node("a", "WAITING", "\"instance\":null", "fetch"),
        node("b", "WAITING", "\"instance\":null", "fetch", "a", "c"),
        node("c", "WAITING", "\"instance\":null", "a"));

    assertThat(tableOf(scheduler.run("tree", "7")).subList(2, 4))
        .satisfiesExactly(
            a -> assertThat(a).endsWith(" starts next, unless the flow is paused"),
            b -> assertThat(b).endsWith(" waits for a, c"));
  }

  @Test
  void drawsEveryNodeOfCycle() {
    flow(
        RUNNING,
        node("a", "WAITING", "\"result\":null", "b"),
        node("b", "WAITING", "\"result\":null", "a"));

    assertThat(tableOf(scheduler.run("tree", "7"))).hasSize(3);
  }

  @Test
  void showsNodesOfFlowThatHasNotStarted() {
    flow(
        FLOW.formatted("WAITING", "null", "null", "null"),
        node("a", "WAITING", "\"instance\":null"));

    Result result = scheduler.run("tree", "7");

    assertThat(tableOf(result)).hasSize(2);
    assertThat(result.out()).doesNotContain("parts       ");
  }

  @Test
  void printsAllNodesAsJson() {
    flow(RUNNING, FETCHED, FAILED_CHECK);

    assertThat(scheduler.run("tree", "7", "-o", "json").out().strip())
        .endsWith(",\"firstParts\":[],\"allNodes\":[" + FETCHED + "," + FAILED_CHECK + "]}");
  }

  @Test
  void printsNodeChangesUntilEndWhenWatched() {
    flow(
        RUNNING,
        FETCHED,
        node("check", "RUNNING", "\"instance\":\"102\",\"worker\":\"w1\"", "fetch"),
        node("bill", "WAITING", "\"instance\":null", "check"));
    flow(
        FAILED,
        FETCHED,
        FAILED_CHECK,
        node("bill", "SKIPPED", "\"skippedBecause\":\"check did not succeed\"", "check"));

    Result result = scheduler.run("tree", "7", "--watch");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out().lines())
        .containsExactly(
            "node fetch (101) SUCCEEDED: reused; 90 orders",
            "node check (102) RUNNING",
            "RUNNING [####------] 2/5: 1 failed, 1 active, 1 succeeded, 2 waiting",
            "node check (102) FAILED: disk full",
            "node bill SKIPPED: check did not succeed",
            "FAILED [##########] 5/5: 1 failed, 2 succeeded, 2 skipped");
  }

  @Test
  void showsFlowThatIsNodeOfAnotherFlow() {
    flow(
        RUNNING.replaceFirst("\"parts\":null", "\"parent\":\"3\",\"part\":null,\"node\":\"eu\""),
        FETCHED);
    scheduler.on("GET /instances/7/attempts?limit=500", 200, page());

    assertThat(scheduler.run("tree", "7").out()).contains("node        eu of 3\n", "✓ fetch");
    assertThat(scheduler.run("get", "7").out())
        .contains("node        eu of 3\n", "nodes       [####------] 2/5: 1 failed");
  }

  @Test
  void showsNodeProgressOfFlowsInPs() {
    scheduler.on(
        "GET /apps/a/instances?limit=20",
        200,
        page(
            RUNNING,
            FAILED,
            FAILED.replace("FAILED", "SUCCEEDED").replace("\"NODES_SUCCEEDED\"", "null")));

    List<String> lines = scheduler.run("ps", "-a", "a").out().lines().toList();

    assertThat(lines.get(1)).endsWith("  2/5 nodes, 1 failed");
    assertThat(lines.get(2)).endsWith("  some of its flow nodes failed");
    assertThat(lines.get(3)).endsWith("  5/5 nodes, 1 failed");
  }

  private static final String NODES_AND_FLOWS =
      """
      {"items":[
        {"id":"9","job":"bill","state":"FAILED","dueAt":"2027-01-01T00:00:00Z","parent":"7",
         "node":"first"},
        {"id":"8","job":"note","state":"SUCCEEDED","dueAt":"2027-01-01T00:00:00Z"},
        {"id":"7","job":"daily","state":"RUNNING","dueAt":"2027-01-01T00:00:00Z",
         "nodes":{"total":1,"waiting":0,"active":1,"succeeded":0,"failed":0,"skipped":0}}],
       "next":null}
      """;

  @Test
  void showsFlowOfNodesInPsAndOmitsNodesOnRequest() {
    scheduler
        .on("GET /apps/a/instances?limit=20", 200, NODES_AND_FLOWS)
        .on("GET /apps/a/instances?limit=500", 200, NODES_AND_FLOWS);

    Result all = scheduler.run("ps", "-a", "a", "--utc");
    Result started = scheduler.run("ps", "-a", "a", "--utc", "--no-nodes");

    assertThat(all.out().lines().map(line -> line.substring(0, 21).strip()))
        .containsExactly(
            "ID  JOB    FLOW  STAT",
            "9   bill   7     FAIL",
            "8   note         SUCC",
            "7   daily        RUNN");
    assertThat(started.out().lines().map(line -> line.substring(0, 15).strip()))
        .containsExactly("ID  JOB    STAT", "8   note   SUCC", "7   daily  RUNN");
  }

  @Test
  void showsThatCanceledFlowEndsAfterItsNodes() {
    scheduler.on("POST /instances/7/cancel", 202, "{}").on("GET /instances/7", 200, RUNNING);

    assertThat(scheduler.run("cancel", "7").out())
        .isEqualTo(
            "7 is still running: no more of its nodes start, except those with 'when: ended', and it"
                + " ends after those that run\n");
  }

  @Test
  void saysThatSecondCancelAlsoCancelsEndedNodes() {
    scheduler
        .on("POST /instances/7/cancel", 202, "{\"effect\":\"ENDED_NODES_CANCELED\"}")
        .on("GET /instances/7", 200, RUNNING);

    assertThat(scheduler.run("cancel", "7").out())
        .isEqualTo(
            "7 is still running: no more of its nodes start, and those with 'when: ended' are"
                + " canceled, too\n");
  }

  @Test
  void showsHowAndAfterWhichNodesFlowEnds() {
    flow(
        RUNNING.replace("\"skipped\":0", "\"skipped\":0,\"ending\":\"TIMED_OUT\""),
        FETCHED.replace("{", "{\"endedAt\":\"2027-01-01T00:00:09Z\","),
        node("release", "RUNNING", "\"instance\":\"103\"," + STARTED, "fetch"),
        node("last", "WAITING", "\"instance\":null", "release"));
    scheduler.on("GET /instances/7/attempts?limit=500", 200, page());

    assertThat(scheduler.run("tree", "7").out()).contains("ending      TIMED_OUT, after release\n");
    assertThat(scheduler.run("get", "7").out()).contains("ending      TIMED_OUT\n");
  }

  @Test
  void retriesFlowFromFailedNodes() {
    scheduler.on("POST /instances/7/retry", 201, "{\"id\":\"8\"}");

    Result result = scheduler.run("retry", "7", "--from-failed");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("8\n");
    assertThat(scheduler.asked()).containsExactly("POST /instances/7/retry {\"mode\":\"failed\"}");
  }

  /** The next answer to a call for the flow, and to one for its nodes. */
  private void flow(String instance, String... nodes) {
    scheduler.on("GET /instances/7", 200, instance).on("GET /instances/7/nodes", 200, page(nodes));
  }

  private static List<String> tableOf(Result result) {
    return result.out().lines().dropWhile(line -> !line.startsWith("NODE")).toList();
  }

  private static String node(String name, String state, String fields, String... needs) {
    String needed = Stream.of(needs).map(need -> '"' + need + '"').collect(joining(","));
    return "{\"name\":\"%1$s\",\"job\":\"%1$s-job\",\"needs\":[%2$s],\"state\":\"%3$s\",%4$s}"
        .formatted(name, needed, state, fields);
  }
}
