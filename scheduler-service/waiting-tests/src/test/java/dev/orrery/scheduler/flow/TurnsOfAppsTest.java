package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Checks that parents start soon although very many parents of another app, or of the same one,
 * wait.
 */
@QuarkusTest
class TurnsOfAppsTest {
  private static final int FLOWS = 250;
  private static final int NODES = 200;
  private static final int SMALL = 20;

  /** Nodes that the other app may start meanwhile: those of this many transactions. */
  private static final int TURNS = 10;

  private TestApp boom;
  private TestApp calm;

  @BeforeEach
  void createApps() {
    boom =
        TestApp.create().withJob("node").withJob("flow", flow(NODES)).withJob("small", flow(SMALL));
    calm =
        TestApp.create()
            .withJob("node")
            .withJob("flow", flow(2))
            .withJob(
                "shards",
                "{\"processor\":{\"type\":\"noop\"},\"fanOut\":{\"type\":\"shards\",\"count\":4}}");
  }

  @AfterEach
  void deleteRuns() {
    for (TestApp app : List.of(boom, calm)) {
      app.asOperator().post(app.path("/pause")).then().statusCode(200);
      TestDatabase.update("delete from instance where job_id in (%s)".formatted(jobsOf(app)));
    }
  }

  @Test
  void startsParentsInTurnsWithManyFlowsOfAnotherApp() {
    boom.runTimes("flow", FLOWS);
    awaitChildren(boom, NODES);

    long flow = Long.parseLong(calm.run("flow"));
    long shards = Long.parseLong(calm.run("shards"));
    awaitChildren(calm, 6);

    assertThat(startedMeanwhile(flow)).isLessThanOrEqualTo(TURNS * NODES);
    assertThat(startedMeanwhile(shards)).isLessThanOrEqualTo(TURNS * NODES);
    assertThat(children(boom)).isLessThan(FLOWS * NODES);
  }

  @Test
  void startsFlowDuringCancelOfManyFlowsOfAnotherApp() {
    boom.runTimes("small", FLOWS);
    awaitChildren(boom, FLOWS * SMALL);
    boom.asOperator()
        .body("{\"job\":\"small\"}")
        .post(boom.path("/instances:cancel"))
        .then()
        .statusCode(200);

    long flow = Long.parseLong(calm.run("flow"));
    awaitChildren(calm, 2);

    assertThat(canceledMeanwhile(flow)).isLessThanOrEqualTo(TURNS * ParentLimits.CANCEL_BATCH_SIZE);
    TestApp.eventually().until(() -> count("job_id in (%s)".formatted(jobsOf(boom))) == 0);
  }

  @Test
  void startsParentsDespiteManyBroadcastsWithoutWorker() {
    calm.withJob(
            "cast",
            "{\"processor\":{\"type\":\"noop\"},\"requiredTags\":[\"nowhere\"],"
                + "\"fanOut\":{\"type\":\"broadcast\"}}")
        .withJob("casts", flow(NODES, "cast"))
        .withJob("outer", flow(1, "flow"));
    List<String> parked = calm.runTimes("cast", 1_000);
    calm.runTimes("casts", 6);
    awaitChildren(calm, 6 * NODES);

    calm.run("flow");
    calm.run("shards");
    calm.run("outer");

    awaitChildren(calm, 6 * NODES + 2 + 4 + 1 + 2);
    calm.awaitWaitingFor(parked.get(0), "NO_WORKER");
    calm.worker();
    calm.awaitWaitingFor(parked.get(999), "NO_MATCHING_WORKER");
  }

  private static String flow(int nodes) {
    return flow(nodes, "node");
  }

  private static String flow(int nodes, String job) {
    return IntStream.range(0, nodes)
        .mapToObj(node -> "{\"name\":\"n%d\",\"job\":\"%s\"}".formatted(node, job))
        .collect(Collectors.joining(",", "{\"processor\":{\"type\":\"flow\",\"nodes\":[", "]}}"));
  }

  private static void awaitChildren(TestApp app, int count) {
    TestApp.eventually().until(() -> children(app) >= count);
  }

  private static int children(TestApp app) {
    return count("job_id in (%s) and parent_id is not null".formatted(jobsOf(app)));
  }

  /** Returns how many nodes of boom have ids between a parent and its last part or node. */
  private int startedMeanwhile(long parent) {
    return count(
        "job_id in (%1$s) and parent_id is not null and id > %2$d and id < (select max(id) from instance where parent_id = %2$d)"
            .formatted(jobsOf(boom), parent));
  }

  /** Returns how many nodes of boom ended between the request for a flow and its last node. */
  private int canceledMeanwhile(long flow) {
    return Integer.parseInt(
        TestDatabase.read(
            """
            select count(*) from instance_history h
            where h.job_id in (%1$s) and h.parent_id is not null
              and h.ended_at > (select due_at from instance where id = %2$d)
              and h.ended_at < (select max(due_at) from instance where parent_id = %2$d)
            """
                .formatted(jobsOf(boom), flow)));
  }

  private static int count(String condition) {
    return Integer.parseInt(TestDatabase.read("select count(*) from instance where " + condition));
  }

  private static String jobsOf(TestApp app) {
    return "select j.id from job j join app a on a.id = j.app_id where a.name = '%s'"
        .formatted(app.name());
  }
}
