package dev.orrery.scheduler.job.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files with flows: a flow needs jobs that exist after the call. */
@QuarkusTest
class JobApplyFlowTest {
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @ParameterizedTest
  @CsvSource({"5,''", "5,?dryRun=true", "7,''", "7,?dryRun=true"})
  void refusesToPruneJobThatFlowOfFileNeeds(int priority, String query) {
    apply(owned("repo", flow("nightly", "kept", "old"), job("kept"), job("old")));
    String before = jobs();
    String flow = "{\"priority\":" + priority + "," + flow("nightly", "kept", "old").substring(1);

    Refused.with(ErrorCode.INVALID, call(query, owned("repo", flow, job("kept"))))
        .at("jobs[0].processor.nodes[1].job")
        .saying("'jobs[0].processor.nodes[1].job'", "this call would delete the job 'old'");

    assertThat(jobs()).isEqualTo(before);
  }

  @Test
  void prunesJobWithFlowOfFileThatNeededIt() {
    apply(owned("repo", flow("nightly", "kept", "old"), job("kept"), job("old")));

    apply(owned("repo", flow("nightly", "kept"), job("kept")));

    assertThat(names()).containsExactly("kept", "nightly");
  }

  /** As the deletion of a single job: the node fails when it starts. */
  @Test
  void prunesJobThatFlowOutsideOfFileNeeds() {
    apply(owned("repo", job("kept"), job("old")));
    apply(owned("other", flow("nightly", "old")));

    apply(owned("repo", job("kept")));

    assertThat(names()).containsExactly("kept", "nightly");
  }

  @Test
  void refusesUnchangedFlowWhoseJobWasDeleted() {
    String file = file(flow("nightly", "deleted"));
    app.withJob("deleted", "{\"processor\":{\"type\":\"noop\"}}");
    apply(file);
    app.asOperator().delete(app.path("/jobs/deleted")).then().statusCode(204);

    Refused.with(ErrorCode.INVALID, call("", file))
        .at("jobs[0].processor.nodes[0].job")
        .saying("there is no job 'deleted'");
  }

  private static String job(String name) {
    return "{\"name\":\"" + name + "\",\"processor\":{\"type\":\"noop\"}}";
  }

  private static String flow(String name, String... jobs) {
    String nodes =
        IntStream.range(0, jobs.length)
            .mapToObj(n -> "{\"name\":\"n%d\",\"job\":\"%s\"}".formatted(n, jobs[n]))
            .collect(Collectors.joining(","));
    return "{\"name\":\"%s\",\"processor\":{\"type\":\"flow\",\"nodes\":[%s]}}"
        .formatted(name, nodes);
  }

  private static String file(String... jobs) {
    return "{\"jobs\":[" + String.join(",", jobs) + "]}";
  }

  /** A file that prunes. */
  private static String owned(String owner, String... jobs) {
    return "{\"owner\":\"" + owner + "\",\"prune\":true," + file(jobs).substring(1);
  }

  private void apply(String file) {
    Response response = call("", file);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
  }

  private Response call(String query, String file) {
    return app.asOperator().body(file).post(app.path("/jobs:apply" + query));
  }

  private String jobs() {
    return app.asViewer().get(app.path("/jobs")).asString();
  }

  private List<String> names() {
    return app.asViewer().get(app.path("/jobs")).as(Json.class).getStrings("items.name");
  }
}
