package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.KeptAlive;
import dev.orrery.scheduler.testkit.ShortLease;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;

/**
 * Parts that the scheduler ends at their time-out. The grace after the start, in which it ends no
 * attempt, is short here.
 */
@QuarkusTest
@TestProfile(ShortLease.class)
class OverduePartTest {
  @Test
  void failsParentWhenSchedulerEndsOverdueShard() {
    TestApp app =
        TestApp.create()
            .withJob(
                "job",
                "{\"processor\":{\"type\":\"noop\"},\"timeout\":\"PT1S\","
                    + "\"fanOut\":{\"type\":\"shards\",\"count\":1}}");
    TestWorker worker = app.worker();
    String id = app.run("job");
    Assignment shard;
    // The worker is there, and says nothing of the end.
    try (KeptAlive renewing = new KeptAlive(worker)) {
      shard = worker.take();

      assertThat(app.awaitState(id, "FAILED").getString("endReason")).isEqualTo("PARTS_FAILED");
      assertThat(renewing.isRunning()).isTrue();
    }
    Json part = app.instance(Long.toString(shard.instance()));
    assertThat(part.getString("state")).isEqualTo("TIMED_OUT");
    assertThat(part.getString("error")).startsWith("ended by the scheduler");
    assertThat(worker.report(shard, Outcome.SUCCEEDED)).isEqualTo(Verdict.STALE);
  }

  @Test
  void namesMissingFreeSlotAsPossibleCauseOfOverdueBroadcast() {
    TestApp app =
        TestApp.create()
            .withJob("long")
            .withJob(
                "job",
                "{\"processor\":{\"type\":\"noop\"},\"timeout\":\"PT1S\","
                    + "\"fanOut\":{\"type\":\"broadcast\"}}");
    TestWorker worker = app.worker();
    app.run("long");
    String id;
    try (KeptAlive renewing = new KeptAlive(worker)) {
      worker.take();
      id = app.run("job");

      app.awaitState(id, "FAILED");
      assertThat(renewing.isRunning()).isTrue();
    }

    assertThat(app.asViewer().get("/api/v1/instances/" + id + "/parts").as(Json.class))
        .satisfies(
            parts ->
                assertThat(app.instance(parts.getString("items[0].id")).getString("error"))
                    .isEqualTo(
                        "ended by the scheduler: it took longer than its time limit, and its worker"
                            + " did not stop it or had no free slot to begin it"));
  }
}
