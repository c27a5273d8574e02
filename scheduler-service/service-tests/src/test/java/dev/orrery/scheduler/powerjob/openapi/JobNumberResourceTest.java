package dev.orrery.scheduler.powerjob.openapi;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.powerjob.PowerJobOpen;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Numbers that jobs had at PowerJob. {@code RouteSecurityTest} checks who may read and set them.
 */
@QuarkusTest
@TestProfile(PowerJobOpen.class)
class JobNumberResourceTest {
  private static final String JOB =
      """
      {"processor":{"type":"powerjob","processorInfo":"com.acme.Noop","jobName":"Of PowerJob"},
       "enabled":false}
      """;

  private static final Map<String, Long> OF_17 = Map.of("jobId", 17L);

  private TestApp app;
  private PowerJobCaller client;

  @BeforeEach
  void openApp() {
    app = PowerJobCaller.openApp().withJob("first", JOB).withJob("second", JOB);
    client = PowerJobCaller.of4(app);
  }

  private Response set(String numbers) {
    return app.asOperator().body("{\"numbers\":" + numbers + "}").put(path());
  }

  private String path() {
    return app.path("/powerjob/numbers");
  }

  @Test
  void findsJobByPowerJobNumber() {
    set("{\"17\":\"first\"}").then().statusCode(204);

    JsonNode fetched = client.accept("fetchJob", OF_17).node().get("data");
    assertThat(fetched.get("id").longValue()).isEqualTo(17);
    assertThat(fetched.get("jobName").asText()).isEqualTo("Of PowerJob");
    assertThat(numbers()).contains(17L);
    JsonNode run = client.accept("runJob", OF_17).node().get("data");
    assertThat(app.instancesOf("first")).hasSize(1);
    JsonNode info =
        client
            .accept("fetchInstanceInfo", Map.of("instanceId", run.longValue()))
            .node()
            .get("data");
    assertThat(info.get("jobId").longValue()).isEqualTo(17);
    client.accept("enableJob", OF_17);
    assertThat(app.getJob("first").jsonPath().getBoolean("enabled")).isTrue();
    client.accept("deleteJob", OF_17);
    assertThat(client.refuse("fetchJob", OF_17))
        .isEqualTo("IllegalArgumentException: can't find job by jobId: 17");
  }

  @Test
  void findsJobById() {
    long id = numbers().iterator().next();
    set("{\"17\":\"first\",\"18\":\"second\"}").then().statusCode(204);

    JsonNode data = client.accept("fetchJob", Map.of("jobId", id)).node().get("data");

    assertThat(data.get("id").longValue()).isIn(17L, 18L);
    assertThat(numbers()).containsExactly(17L, 18L);
  }

  @Test
  void returnsPowerJobNumberOfSavedJob() {
    set("{\"17\":\"first\"}").then().statusCode(204);
    ObjectNode job =
        client.accept("exportJob", OF_17).node().get("data").<ObjectNode>deepCopy().put("id", 17);

    Json saved =
        PowerJobCaller.accepted(
            given()
                .contentType(ContentType.JSON)
                .body(job.put("appId", client.appId()).put("jobName", "Renamed").toString())
                .post("/openApi/saveJob"));

    assertThat(saved.getInt("data")).isEqualTo(17);
    assertThat(client.accept("fetchJob", OF_17).getString("data.jobName")).isEqualTo("Renamed");
  }

  @Test
  void runsJobOfEachAppWithSameNumber() {
    set("{\"17\":\"first\"}").then().statusCode(204);
    TestApp other = PowerJobCaller.openApp().withJob("other", JOB);
    setOf(other, "{\"17\":\"other\"}");

    client.accept("runJob", OF_17);
    PowerJobCaller.of4(other).accept("runJob", OF_17);

    assertThat(app.instancesOf("first")).hasSize(1);
    assertThat(other.instancesOf("other")).hasSize(1);
  }

  private static void setOf(TestApp other, String numbers) {
    other
        .asOperator()
        .body("{\"numbers\":" + numbers + "}")
        .put(other.path("/powerjob/numbers"))
        .then()
        .statusCode(204);
  }

  private Set<Long> numbers() {
    Set<Long> numbers = new TreeSet<>();
    client
        .accept("fetchAllJob", Map.of())
        .node()
        .get("data")
        .forEach(job -> numbers.add(job.get("id").longValue()));
    return numbers;
  }

  @Test
  void replacesNumbersOfItsAppOnly() {
    TestApp other = PowerJobCaller.openApp().withJob("first", JOB);
    setOf(other, "{\"17\":\"first\"}");
    for (String numbers :
        List.of("{\"17\":\"first\",\"18\":\"second\"}", "{\"17\":\"second\"}", "{}")) {
      set(numbers).then().statusCode(204);
    }

    assertThat(client.refuse("fetchJob", OF_17)).contains("can't find job by jobId: 17");
    PowerJobCaller.of4(other).accept("fetchJob", OF_17);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"17\":\"none\"} | `numbers.17` is `none`, which is not a job of the app; apply it first.",
        "{\"17\":\"a b\"} | `numbers.17` must be 1 to 100 characters",
        "{\"0\":\"first\"} | `numbers` must have numbers of PowerJob`s jobs as keys",
        "{\"1000000000000000\":\"first\"} | `numbers` must have numbers of PowerJob`s jobs as keys",
        "{\"1\":\"first\",\"2\":\"first\"} | `numbers.2` is `first`, as is `numbers.1`.",
        "{\"1\":1} | `numbers.1` must be a string",
        "[] | `numbers` must be an object of strings",
        "null | `numbers` is missing.",
        "{}, \"x\":1 | Unknown field `x`.",
      })
  void refusesInvalidNumbers(String numbers, String detail) {
    set("{\"17\":\"first\"}").then().statusCode(204);

    assertThat(
            set(numbers)
                .then()
                .body("detail", containsString(detail.replace('`', '\'')))
                .extract()
                .statusCode())
        .isIn(400, 422);
    client.accept("fetchJob", OF_17);
  }

  @Test
  void returnsNumbersThatAreStoredWithoutThoseOfDeletedJobs() {
    assertThat(get().asString()).isEqualTo("{\"numbers\":{}}");
    set("{\"18\":\"second\",\"17\":\"first\"}").then().statusCode(204);
    assertThat(get().asString()).isEqualTo("{\"numbers\":{\"17\":\"first\",\"18\":\"second\"}}");

    app.asOperator().delete(app.path("/jobs/first")).then().statusCode(204);

    assertThat(get().asString()).isEqualTo("{\"numbers\":{\"18\":\"second\"}}");
  }

  @Test
  void refusesNumbersWhenOthersWereStoredSinceTheyWereRead() {
    String read = get().header("ETag");
    setWhenAt(read, "{\"17\":\"first\"}").then().statusCode(204);

    Refused.with(ErrorCode.PRECONDITION_FAILED, setWhenAt(read, "{\"17\":\"second\"}"))
        .saying("If-Match does not hold: the list of numbers is at");

    assertThat(get().asString()).isEqualTo("{\"numbers\":{\"17\":\"first\"}}");
    setWhenAt(get().header("ETag"), "{\"17\":\"second\"}").then().statusCode(204);
  }

  private Response get() {
    return app.asViewer().get(path());
  }

  private Response setWhenAt(String etag, String numbers) {
    return app.asOperator()
        .header("If-Match", etag)
        .body("{\"numbers\":" + numbers + "}")
        .put(path());
  }

  @Test
  void limitsNumbersTo30000() {
    Refused.with(ErrorCode.INVALID, set(many(30_001, "a")))
        .saying("'numbers' must have at most 30000 entries.");
    Refused.with(ErrorCode.INVALID, set(many(30_000, "a".repeat(90))))
        .saying("not a job of the app");
  }

  private static String many(int count, String name) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(number -> "\"" + number + "\":\"" + name + number + "\"")
        .collect(Collectors.joining(",", "{", "}"));
  }
}
