package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes that run after a cancel or a time-out of their flow. */
@QuarkusTest
class FlowEndingTest extends FlowScenario {
  private static final String GUARDED =
      """
      {name: work, job: a}, {name: next, job: b, needs: [work]},
      {name: release, job: c, needs: [next], when: ended},
      {name: clean, job: d, needs: [next], when: always}""";

  private static final String RELEASED =
      "{name: work, job: a}, {name: release, job: c, needs: [work], when: ended%s}";

  @Test
  void runsEndedNodeAfterCancel() {
    put("flow", GUARDED, "", "");
    String id = app.run("flow");
    Assignment work = take("a");
    assertThat(ending(id)).isNull();

    assertThat(cancel(id)).isEqualTo("REQUESTED");
    worker.awaitCancelOf(work);
    assertThat(ending(id)).isEqualTo("CANCELED");
    assertThat(worker.poll(1, work.ref()).attempts()).as("before its needs have ended").isEmpty();
    worker.report(work, Outcome.CANCELED);
    Assignment release = take("c");
    assertThat(app.state(id)).isEqualTo("RUNNING");
    worker.succeed(release);

    assertThat(app.awaitState(id, "CANCELED").getString("endReason")).isEqualTo("CANCELED");
    assertThat(states(id)).containsExactly("CANCELED", "SKIPPED", "SUCCEEDED", "SKIPPED");
    assertThat(nodes(id).getStrings("items.skippedBecause"))
        .containsExactly(null, "work did not succeed", null, "the flow stopped before");
    assertThat(ending(id)).isNull();
    assertThat(worker.poll(1).attempts()).isEmpty();
  }

  @Test
  void runsEndedNodeAfterTimeout() {
    put("flow", GUARDED, "", ", timeout: PT1H");
    String id = app.run("flow");
    Assignment work = take("a");
    assertThat(deadline(id)).isNotNull();
    app.overrun(id);

    worker.awaitCancelOf(work);
    assertThat(deadline(id)).as("else those of all attempts would wait behind it").isNull();
    worker.report(work, Outcome.CANCELED);
    Assignment release = take("c");
    assertThat(ending(id)).isEqualTo("TIMED_OUT");
    worker.succeed(release);

    app.awaitState(id, "TIMED_OUT");
    assertThat(states(id)).containsExactly("CANCELED", "SKIPPED", "SUCCEEDED", "SKIPPED");
  }

  @Test
  void leavesActiveEndedNodeAloneAndSucceedsIfCancelStoppedNothing() {
    put("flow", RELEASED.formatted(""), "", "");
    String id = app.run("flow");
    worker.succeed(take("a"));
    Assignment release = take("c");

    app.cancel(id);
    TestApp.eventually().until(() -> ending(id), "CANCELED"::equals);

    assertThat(worker.renew(release.ref()).cancels()).isEmpty();
    worker.succeed(release);
    app.awaitState(id, "SUCCEEDED");
  }

  @Test
  void cancelsEndedNodesBySecondCancel() {
    put(
        "flow",
        RELEASED.formatted("") + ", {name: last, job: d, needs: [release], when: ended}",
        "",
        "");
    String id = app.run("flow");
    Assignment release = cancelUntilRelease(id);

    assertThat(app.asOperator().post(TestApp.instancePath(id, "/cancel?once=true")).asString())
        .isEqualTo("{\"effect\":\"NOTHING\"}");
    assertThat(bulkCancel("{\"job\":\"flow\"}")).isEqualTo(200);
    assertThat(worker.renew(release.ref()).cancels()).isEmpty();

    assertThat(cancel(id)).isEqualTo("ENDED_NODES_CANCELED");
    assertThat(cancel(id)).isEqualTo("NOTHING");
    worker.obeyCancelOf(release);

    app.awaitState(id, "CANCELED");
    assertThat(states(id)).containsExactly("CANCELED", "CANCELED", "SKIPPED");
    assertThat(worker.poll(1).attempts()).isEmpty();
  }

  @Test
  void cancelsEndedNodesOfFlowThatTimedOutByFirstCancel() {
    put("flow", RELEASED.formatted(""), "", ", timeout: PT1H");
    String id = app.run("flow");
    Assignment work = take("a");
    app.overrun(id);
    worker.obeyCancelOf(work);
    Assignment release = take("c");

    assertThat(app.asOperator().post(TestApp.instancePath(id, "/cancel?once=true")).asString())
        .isEqualTo("{\"effect\":\"NOTHING\"}");
    assertThat(worker.renew(release.ref()).cancels()).isEmpty();
    assertThat(cancel(id)).isEqualTo("ENDED_NODES_CANCELED");
    worker.obeyCancelOf(release);

    assertThat(app.awaitState(id, "TIMED_OUT").getString("endReason")).isNull();
  }

  @Test
  void namesReasonOfEachCanceledNode() {
    put(
        "flow",
        "{name: first, job: a}, {name: work, job: b, needs: [first]},"
            + " {name: release, job: c, needs: [first], when: ended, timeout: PT1S}",
        "",
        ", timeout: PT1H");
    String id = app.run("flow");
    worker.succeed(take("a"));
    List<Assignment> active = worker.takeAll(2);
    app.overrun(id);

    active.forEach(worker::obeyCancelOf);

    String error = app.awaitState(id, "TIMED_OUT").getString("error");
    assertThat(error).isEqualTo("the flow did not end within its timeout, which canceled work");
    assertThat(nodes(id).getStrings("items.endReason"))
        .containsExactly(null, "FLOW_TIMED_OUT", "NODE_TIMED_OUT");
  }

  private static String deadline(String id) {
    return TestDatabase.read(
        "select deadline_at::text from instance where id = ?", Long.parseLong(id));
  }

  @Test
  void startsEndedNodeOfPausedFlowAndEndsItsWaitAfterItsTimeout() {
    put("flow", RELEASED.formatted(", timeout: PT1S"), "", "");
    String id = app.run("flow");
    Assignment work = take("a");
    app.asOperator().post(app.path("/jobs/flow/pause")).then().statusCode(200);
    app.asOperator().post(app.path("/jobs/c/pause")).then().statusCode(200);

    app.cancel(id);
    worker.obeyCancelOf(work);

    app.awaitState(id, "CANCELED");
    assertThat(nodes(id).getStrings("items.endReason"))
        .containsExactly("CANCELED", "NODE_TIMED_OUT");
  }

  @Test
  void runsEndedNodesOfNestedFlowBeforeThoseOfOuterFlow() {
    put("inner", RELEASED.formatted(""), "", "");
    put(
        "flow",
        "{name: inner, job: inner}, {name: delete, job: d, needs: [inner], when: ended}",
        "",
        "");
    String id = app.run("flow");
    Assignment inner = cancelUntilRelease(id);

    assertThat(worker.poll(1, inner.ref()).attempts()).isEmpty();
    worker.succeed(inner);
    worker.succeed(take("d"));

    app.awaitState(id, "CANCELED");
    assertThat(states(id)).containsExactly("CANCELED", "SUCCEEDED");
  }

  @Test
  void cancelsEndedNodesOfNestedFlowBySecondCancelOfOuterFlow() {
    put("inner", RELEASED.formatted(""), "", "");
    put(
        "flow",
        "{name: inner, job: inner}, {name: delete, job: d, needs: [inner], when: ended}",
        "",
        "");
    String id = app.run("flow");
    Assignment release = cancelUntilRelease(id);

    assertThat(cancel(id)).isEqualTo("ENDED_NODES_CANCELED");
    worker.obeyCancelOf(release);

    app.awaitState(id, "CANCELED");
    assertThat(states(id)).containsExactly("CANCELED", "SKIPPED");
  }

  @Test
  void startsNoEndedNodeOfNestedFlowAfterTimeoutOfItsNode() {
    put("inner", RELEASED.formatted(""), "", "");
    put(
        "flow",
        "{name: go, job: b}, {name: clean, job: inner, needs: [go], when: ended, timeout: PT5S}",
        "",
        "");
    String id = app.run("flow");
    Assignment go = take("b");
    app.cancel(id);
    worker.obeyCancelOf(go);

    Assignment work = take("a");
    worker.obeyCancelOf(work);

    app.awaitState(id, "CANCELED");
    assertThat(nodes(id).getStrings("items.endReason"))
        .containsExactly("CANCELED", "NODE_TIMED_OUT");
    assertThat(worker.poll(1).attempts()).isEmpty();
  }

  /** Cancels a flow while its node of the job a runs; returns the run of the job c. */
  private Assignment cancelUntilRelease(String id) {
    Assignment work = take("a");
    app.cancel(id);
    worker.obeyCancelOf(work);
    return take("c");
  }

  /** Returns what the cancel did. */
  private String cancel(String id) {
    return Json.of(app.tryCancel(id), 202).getString("effect");
  }

  private int bulkCancel(String filter) {
    return app.asOperator().body(filter).post(app.path("/instances:cancel")).statusCode();
  }

  private String ending(String id) {
    return app.instance(id).getString("nodes.ending");
  }
}
