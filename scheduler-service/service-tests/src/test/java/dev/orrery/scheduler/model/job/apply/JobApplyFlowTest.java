package dev.orrery.scheduler.model.job.apply;

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
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Job files with flows: the jobs of a flow must exist after the call, and no flow may run itself.
 */
@QuarkusTest
class JobApplyFlowTest {
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @ParameterizedTest
  @CsvSource({"5,''", "5,?dryRun=true", "7,''", "7,?dryRun=true"})
  void refusesToPruneJobNeededByFlowInFile(int priority, String query) {
    apply(owned("repo", flow("nightly", "kept", "old"), job("kept"), job("old")));
    String before = jobs();
    String flow = "{\"priority\":" + priority + "," + flow("nightly", "kept", "old").substring(1);

    Refused.with(ErrorCode.INVALID, call(query, owned("repo", flow, job("kept"))))
        .at("jobs[0].processor.nodes[1].job")
        .saying("'jobs[0].processor.nodes[1].job'", "this call would delete the job 'old'");

    assertThat(jobs()).isEqualTo(before);
  }

  @Test
  void prunesJobThatFlowInFileNoLongerNeeds() {
    apply(owned("repo", flow("nightly", "kept", "old"), job("kept"), job("old")));

    apply(owned("repo", flow("nightly", "kept"), job("kept")));

    assertThat(names()).containsExactly("kept", "nightly");
  }

  /** As the deletion of a single job: the node fails when it starts. */
  @Test
  void prunesJobNeededByFlowOutsideFile() {
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

  @ParameterizedTest
  @ValueSource(strings = {"", "?dryRun=true"})
  void refusesFlowsInFileThatRunEachOther(String query) {
    Refused refused =
        Refused.with(
                ErrorCode.INVALID, call(query, file(flow("a", "c", "b"), flow("b", "a"), job("c"))))
            .at("jobs[0].processor.nodes[1].job")
            .saying("must not run this flow again: a -> b -> a.", "b -> a -> b");

    assertThat(refused.problem().getStrings("errors.field"))
        .containsExactly("jobs[0].processor.nodes[1].job", "jobs[1].processor.nodes[0].job");
    assertThat(names()).isEmpty();
  }

  @Test
  void refusesCycleThroughStoredFlowsInApplyAndPut() {
    apply(file(job("a"), job("x"), flow("b", "a"), flow("c", "b", "x")));
    String closing = flow("a", "x", "c");
    String before = jobs();

    for (String query : List.of("", "?dryRun=true")) {
      Refused.with(ErrorCode.INVALID, call(query, file(closing)))
          .at("jobs[0].processor.nodes[1].job")
          .saying("a -> c -> b -> a");
      Refused.with(
              ErrorCode.INVALID, app.asOperator().body(closing).put(app.path("/jobs/a" + query)))
          .at("processor.nodes[1].job")
          .saying("'processor.nodes[1].job' must not run this flow again: a -> c -> b -> a.");
    }

    assertThat(jobs()).isEqualTo(before);
  }

  @Test
  void acceptsFileThatReversesFlowDependency() {
    apply(file(flow("a", "b"), job("b")));

    apply(file(job("a"), flow("b", "a")));

    assertThat(names()).containsExactly("a", "b");
  }

  /** The stored flow old is the only way from b to a. */
  @Test
  void acceptsFlowWhoseCycleIsBrokenByPruning() {
    apply(owned("repo", job("a"), flow("old", "a")));
    apply(owned("other", flow("b", "old")));

    apply(owned("repo", flow("a", "b")));

    assertThat(names()).containsExactly("a", "b");
  }

  @Test
  void acceptsFlowThatTwoOthersRun() {
    apply(file(flow("a", "b", "c"), flow("b", "d"), flow("c", "d"), flow("d", "e"), job("e")));
    apply(file(flow("d", "e", "e")));

    assertThat(names()).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void ignoresFlowsOfOtherApps() {
    apply(file(job("a"), job("b")));
    TestApp other = TestApp.create();
    other.withJob("a", "{\"processor\":{\"type\":\"noop\"}}");
    other.asOperator().body(flow("b", "a")).put(other.path("/jobs/b")).then().statusCode(201);

    apply(file(flow("a", "b")));
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
