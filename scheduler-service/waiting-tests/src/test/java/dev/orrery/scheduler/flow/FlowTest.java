package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Flows, as users and workers see them. */
@QuarkusTest
class FlowTest extends FlowScenario {
  private static final String DIAMOND =
      """
      {name: top, job: a}, {name: left, job: b, needs: [top]}, {name: right, job: c, needs: [top]},
      {name: bottom, job: d, needs: [left, right]}""";

  private static final String GUARDED =
      """
      {name: work, job: a}, {name: alert, job: b, needs: [work], when: failed},
      {name: after, job: c, needs: [work]}, {name: clean, job: d, needs: [work], when: always}""";

  @Test
  void runsNodesInDependencyOrder() {
    flow(DIAMOND);
    String id = app.run("flow");

    Assignment top = take("a");
    assertThat(worker.poll(1, top.ref()).attempts()).isEmpty();
    worker.succeed(top);
    List<Assignment> middle = worker.takeAll(2);
    assertThat(middle).extracting(Assignment::job).containsExactlyInAnyOrder("b", "c");
    assertThat(app.state(id)).isEqualTo("RUNNING");
    requireCounts(id, 4, 1, 2, 1, 0, 0);
    middle.forEach(worker::succeed);
    worker.succeed(take("d"));

    app.awaitState(id, "SUCCEEDED");
    requireCounts(id, 4, 0, 0, 4, 0, 0);
    assertThat(states(id)).containsOnly("SUCCEEDED");
  }

  @Test
  void runsAlertAndCleanUpAfterFailureThenFails() {
    flow(GUARDED);
    String id = app.run("flow");

    worker.fail(take("a"), "broken");
    worker.takeAll(2).forEach(worker::succeed);

    Json flow = app.awaitState(id, "FAILED");
    assertThat(flow.getString("endReason")).isEqualTo("NODES_FAILED");
    assertThat(flow.getString("error")).isEqualTo("1 of 4 nodes failed: work (broken)");
    assertThat(states(id)).containsExactly("FAILED", "SUCCEEDED", "SKIPPED", "SUCCEEDED");
    assertThat(nodes(id).getStrings("items.error")).containsExactly("broken", null, null, null);
  }

  @Test
  void passesResultsAndParametersToNodes() {
    flow(
        """
        {name: fetch, job: a}, {name: load, job: b, needs: [fetch], parameters: {
          all: '${nodes.fetch.result}', file: 'in/${nodes.fetch.result.file}',
          rows: '${nodes.fetch.result.rows}', region: '${parameters.region}', day: '${parameters.day}',
          text: '${$}{HOME}', at: '<${fireTime}>'}}""",
        "result: load,",
        ", parameters: {region: us, day: monday}");
    String id = app.run("flow", "{\"parameters\":{\"region\":\"eu\"}}");
    String result = "{\"file\":\"x$1\",\"rows\":3.10}";

    worker.succeed(take("a"), result);
    Assignment load = take("b");

    assertThat(load.parameters())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "all", result, "file", "in/x$1", "rows", "3.10", "region", "eu", "day", "monday",
                "text", "${HOME}", "at", "<>"));
    worker.succeed(load, "3 rows");
    assertThat(app.awaitState(id, "SUCCEEDED").getString("result")).isEqualTo("3 rows");
  }

  @Test
  void failsNodeWhoseParameterHasNoValue() {
    flow(
        """
        {name: fetch, job: a}, {name: load, job: b, needs: [fetch], parameters: {
          file: '${nodes.fetch.result.file}'}}, {name: alert, job: c, needs: [load], when: failed}""");
    String id = app.run("flow");

    worker.succeed(take("a"), "[1]");
    worker.succeed(take("c"));

    app.awaitState(id, "FAILED");
    assertThat(nodes(id).getStrings("items.error"))
        .containsExactly(
            null,
            "the parameter 'file' needs ${nodes.fetch.result.file}, which has no value: the result"
                + " of 'fetch' is no JSON object: [1]",
            null);
  }

  @Test
  void failsNodesThatNeedTruncatedResult() {
    flow(
        """
        {name: long, job: a}, {name: whole, job: b, needs: [long], parameters: {
          list: '${nodes.long.result}'}}, {name: branch, job: b, needs: [long], if: {
          node: long, result: [x]}}, {name: alert, job: c, needs: [whole, branch], when: failed}""");
    String id = app.run("flow");

    worker.succeed(take("a"), "x".repeat(16_390));
    worker.succeed(take("c"));

    app.awaitState(id, "FAILED");
    assertThat(nodes(id).getStrings("items.error"))
        .containsExactly(
            null,
            "the parameter 'list' needs ${nodes.long.result}: the result of 'long' had 16,390"
                + " bytes; at most 16,384 are kept",
            "its condition needs the result of 'long', which had 16,390 bytes; at most 16,384 are"
                + " kept",
            null);
  }

  @Test
  void failsNodeThatNeedsTruncatedResultOfInnerFlow() {
    put("inner", "{name: long, job: a}", "result: long,", "");
    flow(
        """
        {name: in, job: inner}, {name: out, job: b, needs: [in], parameters: {
          list: '${nodes.in.result}'}}""");
    String id = app.run("flow");

    worker.succeed(take("a"), "x".repeat(16_390));

    app.awaitState(id, "FAILED");
    assertThat(nodes(id).getStrings("items.error"))
        .contains(
            "the parameter 'list' needs ${nodes.in.result}: the result of 'in' had 16,390 bytes;"
                + " at most 16,384 are kept");
  }

  /** Filled in, the parameter would have 240 MB. */
  @Test
  void failsNodeWhoseFilledParametersExceed64KiB() {
    flow("{name: load, job: a, parameters: {x: '" + "${parameters.y}".repeat(4_000) + "'}}");
    String id = app.run("flow", "{\"parameters\":{\"y\":\"" + "y".repeat(60_000) + "\"}}");

    app.awaitState(id, "FAILED");
    assertThat(nodes(id).getStrings("items.error"))
        .containsExactly("its parameters have more than 64 KiB when they are filled in");
  }

  @Test
  void failsNodeWhoseJobWasDeleted() {
    flow("{name: first, job: a}, {name: second, job: b, needs: [first]}");
    String id = app.run("flow");
    Assignment first = take("a");
    app.asOperator().delete(app.path("/jobs/b")).then().statusCode(204);

    worker.succeed(first);

    app.awaitState(id, "FAILED");
    assertThat(nodes(id).getStrings("items.error")).containsExactly(null, "there is no job 'b'");
  }

  @Test
  void timesOutAndCancelsRunningNode() {
    flow("{name: slow, job: a}, {name: next, job: b, needs: [slow]}", "", ", timeout: PT1H");
    String id = app.run("flow");
    Assignment running = take("a");
    app.overrun(id);

    worker.obeyCancelOf(running);

    app.awaitState(id, "TIMED_OUT");
    assertThat(app.instance(id).getString("error"))
        .isEqualTo("the flow did not end within its timeout, which canceled slow");
    assertThat(states(id)).containsExactly("CANCELED", "SKIPPED");
    assertThat(app.instance(awaitInstance(id, 0)).getString("endReason"))
        .isEqualTo("FLOW_TIMED_OUT");
  }

  @Test
  void startsNoNodeWhileFlowIsPaused() {
    flow("{name: one, job: a}, {name: two, job: b, needs: [one]}");
    String id = app.run("flow");
    Assignment first = take("a");
    app.asOperator().post(app.path("/jobs/flow/pause")).then().statusCode(200);

    worker.succeed(first);
    TestApp.eventually().until(() -> states(id).get(0), "SUCCEEDED"::equals);
    assertThat(worker.poll(1).attempts()).isEmpty();
    app.asOperator().post(app.path("/jobs/flow/resume")).then().statusCode(200);

    worker.succeed(take("b"));
    app.awaitState(id, "SUCCEEDED");
  }

  @Test
  void honorsPauseAndConcurrencyLimitOfNodeJobs() {
    app.withJob("a", "{\"processor\":{\"type\":\"noop\"},\"concurrency\":1}");
    flow("{name: one, job: a}, {name: two, job: b}");
    app.asOperator().post(app.path("/jobs/b/pause")).then().statusCode(200);
    String other = app.run("a");
    Assignment first = take("a");
    String id = app.run("flow");
    app.awaitWaitingFor(awaitInstance(id, 0), "CONCURRENCY");
    app.awaitWaitingFor(awaitInstance(id, 1), "PAUSED");
    assertThat(nodes(id).getStrings("items.waitingFor")).containsExactly("CONCURRENCY", "PAUSED");

    worker.succeed(first);
    app.awaitState(other, "SUCCEEDED");
    worker.succeed(take("a"));
    app.asOperator().post(app.path("/jobs/b/resume")).then().statusCode(200);
    worker.succeed(take("b"));

    app.awaitState(id, "SUCCEEDED");
    assertThat(nodes(id).getStrings("items.waitingFor")).containsExactly(null, null);
  }

  @Test
  void retriesFlowButNotItsNodesInBulkRetry() {
    failedFlow();

    Json retried = bulkRetry("{\"all\":true}");

    assertThat(retried.getInt("matched")).isOne();
    assertThat(retried.getInt("changed")).isOne();
    worker.succeed(take("a"));
    assertThat(worker.poll(1).attempts()).isEmpty();
    assertThat(bulkRetry("{\"origin\":\"FLOW\"}").getInt("changed")).isOne();
  }

  /** Runs a flow of one node of the job a, which fails. */
  private String failedFlow() {
    flow("{name: one, job: a}");
    String id = app.run("flow");
    worker.fail(take("a"), "no");
    app.awaitState(id, "FAILED");
    return id;
  }

  private Json bulkRetry(String filter) {
    return Json.of(app.asOperator().body(filter).post(app.path("/instances:retry")), 200);
  }

  /** Several transactions: a node whose flow is canceled later would count as failed before. */
  @Test
  void cancelsFlowsBeforeTheirNodesInBulkCancel() {
    flow("{name: one, job: a}, {name: alert, job: b, needs: [one], when: failed}");
    app.runTimes("flow", 900);
    TestApp.eventually().until(() -> countOf("a"), "900"::equals);

    app.asOperator()
        .body("{\"all\":true}")
        .post(app.path("/instances:cancel"))
        .then()
        .statusCode(200);

    TestApp.eventually().until(() -> countOf("flow", 13), "900"::equals);
    assertThat(countOf("b")).isEqualTo("0");
  }

  @Test
  void cancelsFlowBeyondBulkLimitBeforeItsNode() {
    flow(
        "{name: one, job: a}, {name: two, job: b, needs: [one]},"
            + " {name: alert, job: c, needs: [two], when: failed}");
    String id = app.run("flow");
    Assignment one = take("a");
    app.withJob("backlog", "{\"processor\":{\"type\":\"noop\"}}");
    for (int i = 0; i < 21; i++) {
      app.withJob("other-" + i, "{\"processor\":{\"type\":\"noop\"}}");
      app.runTimes("backlog", 1_000);
    }
    worker.succeed(one);
    awaitInstance(id, 1);

    Json canceled =
        app.asOperator()
            .body("{\"all\":true}")
            .post(app.path("/instances:cancel"))
            .then()
            .statusCode(200)
            .extract()
            .as(Json.class);

    assertThat(canceled.getInt("matched")).isEqualTo(10_000);
    app.awaitState(id, "CANCELED");
    assertThat(states(id)).containsExactly("SUCCEEDED", "CANCELED", "SKIPPED");
  }

  @Test
  void showsNodesOfFlowCanceledBeforeItsStartAsSkipped() {
    flow("{name: one, job: a}");
    String id = app.run("flow", "{\"runAt\":\"2127-01-01T00:00:00Z\"}");
    assertThat(states(id)).containsExactly("WAITING");

    app.cancel(id);

    assertThat(states(id)).containsExactly("SKIPPED");
  }

  /** Counts instances in one of these states; in all of them if none is given. */
  private String countOf(String job, Integer... states) {
    return TestDatabase.read(
        """
        select count(*) from job j join app p on p.id = j.app_id
        join (
          select job_id, state from instance union all select job_id, state from instance_history
        ) i on i.job_id = j.id
        where p.name = ? and j.name = ? and (? or i.state = any(?::integer[]))
        """,
        app.name(),
        job,
        states.length == 0,
        Arrays.toString(states).replace('[', '{').replace(']', '}'));
  }

  @Test
  void refusesRetryFromFailedAfterNodesWereDeleted() {
    String id = failedFlow();
    TestDatabase.update("delete from flow_node where flow_id = ?", Long.parseLong(id));

    Refused.with(ErrorCode.INVALID, retry(id, "failed")).saying("has no stored nodes");
    retried(retry(id, "all"));
  }

  @Test
  void listsNodeAmongInstancesOfItsJob() {
    flow("{name: one, job: a}");
    String id = app.run("flow");
    worker.succeed(take("a"));
    app.awaitState(id, "SUCCEEDED");
    String run = nodes(id).getString("items[0].instance");

    Json node = app.instance(run);
    assertThat(node.getString("parent")).isEqualTo(id);
    assertThat(node.getString("node")).isEqualTo("one");
    assertThat(app.instancesOf("a")).extracting(row -> row.get("id")).containsExactly(run);
    requireCounts(app.instancesOf("flow").get(0).get("nodes"), 1, 0, 0, 1, 0, 0);
  }

  @Test
  void runsFlowsAndShardsAsNodes() {
    app.withJob(
        "shards",
        "{\"processor\":{\"type\":\"noop\"},\"fanOut\":{\"type\":\"shards\",\"count\":2}}");
    put("inner", "{name: in, job: a}", "result: in,", "");
    flow(
        """
        {name: inner, job: inner}, {name: wide, job: shards, needs: [inner]},
        {name: last, job: b, needs: [inner, wide], parameters: {x: '${nodes.inner.result}'}}""");
    String id = app.run("flow");

    worker.succeed(take("a"), "7");
    worker.takeAll(2).forEach(worker::succeed);
    Assignment last = take("b");
    assertThat(last.parameters()).containsEntry("x", "7");
    worker.succeed(last);

    app.awaitState(id, "SUCCEEDED");
  }

  @Test
  void linksNodesToTraceOfFlow() {
    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    put("inner", "{name: in, job: a}", "result: in,", "");
    flow("{name: inner, job: inner}, {name: last, job: b, needs: [inner], parameters: {x: y}}");
    String id = app.run("flow", "{\"parameters\":{\"orrery.traceparent\":\"" + trace + "\"}}");

    Assignment inner = take("a");
    worker.succeed(inner);
    Assignment last = take("b");
    worker.succeed(last);

    assertThat(inner.parameters()).isEqualTo(Map.of("orrery.tracelink", trace));
    assertThat(last.parameters()).isEqualTo(Map.of("orrery.tracelink", trace, "x", "y"));
    app.awaitState(id, "SUCCEEDED");
  }

  @Test
  void failsNodeWithParametersReservedForParts() {
    app.putJob(
        "shards",
        "{\"processor\":{\"type\":\"noop\"},\"fanOut\":{\"type\":\"shards\",\"count\":2}}");
    flow("{name: n, job: shards, parameters: {shardIndex: '9'}}");
    String id = app.run("flow");

    app.awaitState(id, "FAILED");

    assertThat(nodes(id).getString("items[0].error"))
        .isEqualTo(
            "its parameters name shardIndex or shardCount, which the fanOut of its job 'shards' sets");
  }

  @Test
  void failsNodeWhoseFlowIsNestedTooDeeply() {
    app.putJob("f5", "{\"processor\":{\"type\":\"noop\"}}");
    for (int depth = 4; depth >= 1; depth--) {
      put("f" + depth, "{name: n, job: f" + (depth + 1) + "}", "", "");
    }
    put("f5", "{name: n, job: a}", "", "");
    String id = app.run("f1");

    app.awaitState(id, "FAILED");
    assertThat(app.instance(id).getString("error"))
        .isEqualTo(
            "1 of 1 nodes failed: n (".repeat(4)
                + "its job 'f5' is a flow, and flows nest at most 4 deep"
                + ")".repeat(4));

    String second = nodes(id).getString("items[0].instance");
    String third = nodes(second).getString("items[0].instance");
    String fourth = nodes(third).getString("items[0].instance");
    assertThat(nodes(fourth).getString("items[0].error"))
        .isEqualTo("its job 'f5' is a flow, and flows nest at most 4 deep");
  }

  /** The inner flow may have grown after the outer one was written. */
  @Test
  void failsNodeWhoseFlowExceedsNodeLimitOfOutermostFlow() {
    put(
        "inner",
        IntStream.range(0, 200)
            .mapToObj(n -> "{name: n" + n + ", job: b}")
            .collect(Collectors.joining(", ")),
        "",
        "");
    put("middle", "{name: last, job: inner}", "", "");
    flow(
        "{name: first, job: a}, {name: inner, job: inner, needs: [first]},"
            + " {name: middle, job: middle, needs: [first]}");
    String id = app.run("flow");
    Assignment first = take("a");
    TestDatabase.update(
        "update parent_instance set nested_nodes = 9700 where instance_id = ?", Long.valueOf(id));
    worker.succeed(first);

    String middle = awaitInstance(id, 2);
    app.awaitState(middle, "FAILED");

    assertThat(nodes(middle).getString("items[0].error"))
        .isEqualTo(
            "its job 'inner' is a flow, and a flow has at most 10000 nodes together with those of"
                + " the flows in it");
    assertThat(
            TestDatabase.read(
                "select nested_nodes from parent_instance where instance_id = ?", Long.valueOf(id)))
        .isEqualTo("9901");
    app.cancel(id);
    app.awaitState(id, "CANCELED");
  }

  @Test
  void refusesFlowNestedTooDeeply() {
    put("f5", "{name: n, job: a}", "", "");
    for (int depth = 4; depth >= 2; depth--) {
      put("f" + depth, "{name: n, job: f" + (depth + 1) + "}", "", "");
    }

    Refused.with(ErrorCode.INVALID, tryPut("f1", "{name: n, job: a}, {name: m, job: f2}", "", ""))
        .saying("'processor.nodes[1].job' must lead to flows nested at most 4 deep")
        .saying("f1 -> f2 -> f3 -> f4 -> f5.");
  }

  /** No call writes such flows; they may be older than the check. */
  @Test
  void failsNodeThatRunsItsOwnOuterFlow() {
    put("inner", "{name: outer, job: a}", "", "");
    flow("{name: inner, job: inner}", "", ", concurrency: 1");
    TestDatabase.update(
        """
        update job_version v
        set document = jsonb_set(document, '{processor,nodes,0,job}', '"flow"')
        from job j join app p on p.id = j.app_id
        where v.id = j.version_id and p.name = ? and j.name = 'inner'
        """,
        app.name());
    String id = app.run("flow");

    app.awaitState(id, "FAILED");

    assertThat(nodes(nodes(id).getString("items[0].instance")).getString("items[0].error"))
        .isEqualTo("its job 'flow' is a flow that waits for this node");
  }

  @Test
  void reusesSucceededNodesInRetryFromFailed() {
    flow(
        """
        {name: fetch, job: a}, {name: load, job: b, needs: [fetch], parameters: {
          file: '${nodes.fetch.result}'}}, {name: report, job: c, needs: [load], when: always},
        {name: other, job: d}""");
    String first = app.run("flow");
    for (Assignment one : worker.takeAll(2)) {
      worker.succeed(one, one.job());
    }
    worker.fail(take("b"), "broken");
    worker.succeed(take("c"));
    app.awaitState(first, "FAILED");

    String id = retried(retry(first, "failed"));
    Assignment load = take("b");
    assertThat(load.parameters()).containsEntry("file", "a");
    worker.succeed(load);
    worker.succeed(take("c"));

    assertThat(app.awaitState(id, "SUCCEEDED").getString("retryOf")).isEqualTo(first);
    assertThat(nodes(id).getList("items.reused")).containsExactly(true, false, false, true);
    assertThat(nodes(id).getString("items[0].instance"))
        .isEqualTo(nodes(first).getString("items[0].instance"));
    assertThat(states(first)).containsExactly("SUCCEEDED", "FAILED", "SUCCEEDED", "SUCCEEDED");
  }

  @Test
  void runsNodeAgainThatHasAnotherJobNow() {
    flow("{name: one, job: a}, {name: two, job: b, needs: [one]}");
    String first = app.run("flow");
    worker.succeed(take("a"));
    worker.fail(take("b"), "broken");
    app.awaitState(first, "FAILED");
    flow("{name: one, job: c}, {name: two, job: b, needs: [one]}");

    String id = retried(retry(first, "failed"));
    worker.succeed(take("c"));
    worker.succeed(take("b"));

    app.awaitState(id, "SUCCEEDED");
  }

  @Test
  void refusesRetryFromFailedOfPlainRunAndUnknownMode() {
    String run = app.run("a");
    worker.succeed(take("a"));
    app.awaitState(run, "SUCCEEDED");

    Refused.with(ErrorCode.INVALID, retry(run, "failed"))
        .at("mode")
        .saying("is of a job that is not a flow");
    Refused.with(ErrorCode.INVALID, retry(run, "some")).at("mode");
    assertThat(app.instancesOf("a")).hasSize(1);
  }

  @Test
  void listsNoNodesOfPlainRun() {
    assertThat(nodes(app.run("a")).getList("items")).isEmpty();
  }

  @Test
  void refusesFlowOfUnknownJobs() {
    Refused.with(ErrorCode.INVALID, tryPut("flow", "{name: one, job: nowhere}", "", ""))
        .at("processor.nodes[0].job")
        .saying("there is no job 'nowhere'", "apply both in one file");
    Refused.with(ErrorCode.INVALID, tryPut("flow", "{name: one, job: flow}", "", ""))
        .at("processor.nodes[0].job")
        .saying("must not be the flow itself");
  }

  /** With a limit, each of two such flows would wait for the other. */
  @Test
  void refusesFlowsThatRunEachOther() {
    put("inner", "{name: n, job: a}", "", "");
    flow("{name: first, job: a}, {name: n, job: inner, needs: [first], when: failed}");

    Refused.with(
            ErrorCode.INVALID,
            tryPut(
                "inner",
                "{name: n, job: a}, {name: m, job: flow, needs: [n], when: failed}",
                "",
                ""))
        .at("processor.nodes[1].job")
        .saying("must not run this flow again: inner -> flow -> inner.");
  }

  private void flow(String nodes) {
    flow(nodes, "");
  }

  private void flow(String nodes, String more) {
    flow(nodes, more, "");
  }

  private void flow(String nodes, String more, String job) {
    put("flow", nodes, more, job);
  }

  private String awaitInstance(String flow, int node) {
    return TestApp.eventually()
        .until(() -> nodes(flow).getString("items[" + node + "].instance"), id -> id != null);
  }

  private void requireCounts(
      String id, int total, int waiting, int active, int succeeded, int failed, int skipped) {
    requireCounts(
        app.instance(id).getMap("nodes"), total, waiting, active, succeeded, failed, skipped);
  }

  private static void requireCounts(
      Object counts, int total, int waiting, int active, int succeeded, int failed, int skipped) {
    assertThat(counts)
        .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
        .containsOnly(
            entry("total", total),
            entry("waiting", waiting),
            entry("active", active),
            entry("succeeded", succeeded),
            entry("failed", failed),
            entry("skipped", skipped),
            entry("ending", null));
  }
}
