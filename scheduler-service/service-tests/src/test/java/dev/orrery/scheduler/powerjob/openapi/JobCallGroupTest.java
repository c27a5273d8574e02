package dev.orrery.scheduler.powerjob.openapi;

import static dev.orrery.scheduler.powerjob.openapi.PowerJobCaller.accepted;
import static dev.orrery.scheduler.powerjob.openapi.PowerJobCaller.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.scheduler.powerjob.PowerJobOpen;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs of an app, as a PowerJob client reads and writes them. */
@QuarkusTest
@TestProfile(PowerJobOpen.class)
class JobCallGroupTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The calls about one job. */
  private static final List<String> OF_JOB =
      List.of("fetchJob", "copyJob", "exportJob", "enableJob", "disableJob", "deleteJob");

  /**
   * Fields of jobs that differ from the recorded answers: the numbers are our own, and the times
   * are of this test.
   */
  private static final Set<String> OWN = Set.of("id", "appId", "gmtCreate", "gmtModified");

  /** An exported job also has the time in its name. */
  private static final Set<String> OWN_OF_EXPORT = Set.of("appId", "jobName");

  private TestApp app;
  private PowerJobCaller caller;

  @BeforeEach
  void openApp() {
    app = PowerJobCaller.openApp();
    caller = PowerJobCaller.of4(app);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.3.9", "5.1.1"})
  void returnsSameAnswersAsRecordedPowerJobServer(String version) throws IOException {
    if (version.equals("5.1.1")) {
      caller = PowerJobCaller.of5(app);
    }
    JsonNode created = accepted(save(recorded(version, "saveJob.create").request())).node();
    long id = created.get("data").longValue();
    Json updated = accepted(save(recorded(version, "saveJob.update").request().put("id", id)));
    Recorded unknown = recorded(version, "saveJob.update-refused");
    Map<String, Long> ofJob = Map.of("jobId", id);

    assertThat(updated.node().get("data").longValue()).isEqualTo(id);
    assertThat(save(unknown.request()).as(JsonNode.class)).isEqualTo(unknown.answer());
    compare(recorded(version, "fetchJob"), caller.call("fetchJob", ofJob), OWN);
    compare(recorded(version, "exportJob"), caller.call("exportJob", ofJob), OWN_OF_EXPORT);
    assertThat(data(caller.call("exportJob", ofJob)).get("jobName").asText())
        .matches("api-noop-2_EXPORT_[0-9]{13}");
    long copy = data(caller.call("copyJob", ofJob)).longValue();
    assertThat(data(caller.call("fetchJob", Map.of("jobId", copy))).get("jobName").asText())
        .isEqualTo("api-noop-2_COPY");
    compareFirst(
        recorded(version, "queryJob"),
        send("queryJob", recorded(version, "queryJob").request()),
        2);
    compareFirst(recorded("4.3.9", "fetchAllJob"), caller.call("fetchAllJob", Map.of()), 2);
    for (String command : List.of("disableJob", "enableJob", "deleteJob")) {
      assertThat(caller.call(command, ofJob).as(JsonNode.class))
          .isEqualTo(recorded(version, command).answer());
    }
  }

  @Test
  void showsSavedJobInRestApi() {
    long id =
        created(
            job("Nightly report")
                .put("timeExpression", "0 0 2 * * ?")
                .put("timeExpressionType", "CRON")
                .put("instanceRetryNum", 2));

    app.getJob("nightly-report")
        .then()
        .statusCode(200)
        .body("processor.jobName", equalTo("Nightly report"))
        .body("processor.processorInfo", equalTo("harness.worker.Noop"))
        .body("trigger.cron", equalTo("0 0 2 * * ?"))
        .body("trigger.zone", equalTo("UTC"))
        .body("trigger.dialect", equalTo("quartz"))
        .body("retry.maxAttempts", equalTo(3))
        .body("status.version", equalTo(1));
    JsonNode fetched = fetched(id);
    assertThat(fetched.get("timeExpression").asText()).isEqualTo("0 0 2 * * ?");
    assertThat(fetched.get("nextTriggerTime").longValue())
        .isGreaterThan(
            OffsetDateTime.parse(fetched.get("gmtCreate").asText()).toInstant().toEpochMilli());
  }

  @Test
  void returnsSavedDailyIntervalAndFiresWithinItsWindow() {
    String expression =
        "{\"interval\":600,\"intervalUnit\":\"SECONDS\",\"startTimeOfDay\":\"09:00:00\","
            + "\"endTimeOfDay\":\"18:30:00\",\"daysOfWeek\":[1,7]}";
    ObjectNode body =
        job("daily")
            .put("timeExpressionType", "DAILY_TIME_INTERVAL")
            .put("timeExpression", expression);
    long id = created(body);

    app.getJob("daily")
        .then()
        .body("trigger.every", equalTo("PT10M"))
        .body("trigger.zone", equalTo("UTC"))
        .body("trigger.within.from", equalTo("09:00"))
        .body("trigger.within.to", equalTo("18:30"))
        .body("trigger.within.days", equalTo(List.of("MON", "SUN")));
    JsonNode fetched = fetched(id);
    assertThat(fetched.get("timeExpressionType").intValue()).isEqualTo(11);
    assertThat(fetched.get("timeExpression").asText()).isEqualTo(expression);
    OffsetDateTime next =
        Instant.ofEpochMilli(fetched.get("nextTriggerTime").longValue()).atOffset(ZoneOffset.UTC);
    assertThat(next.getDayOfWeek()).isIn(DayOfWeek.MONDAY, DayOfWeek.SUNDAY);
    assertThat(next.getMinute() % 10).isZero();
    assertThat(next.toLocalTime()).isBetween(LocalTime.of(9, 0), LocalTime.of(18, 30));
    created(body.put("id", id));
    app.getJob("daily").then().body("status.version", equalTo(1));
  }

  @Test
  void createsNoVersionWhenJobIsSavedUnchanged() {
    long id = created(job("same"));

    assertThat(created(job("same").put("id", id))).isEqualTo(id);
    app.getJob("same").then().body("status.version", equalTo(1));
    created(job("other").put("id", id));
    app.getJob("same")
        .then()
        .body("status.version", equalTo(2))
        .body("processor.jobName", equalTo("other"));
  }

  @Test
  void savesConcurrentJobsOfSameNameUnderDistinctNames()
      throws InterruptedException, ExecutionException {
    int calls = 8;
    ExecutorService callers = Executors.newFixedThreadPool(calls);
    try {
      List<Future<Long>> saved =
          callers.invokeAll(
              IntStream.range(0, calls)
                  .<Callable<Long>>mapToObj(any -> () -> created(job("Nightly report")))
                  .toList());
      Set<Long> ids = new TreeSet<>();
      for (Future<Long> id : saved) {
        ids.add(id.get());
      }
      assertThat(ids).hasSize(calls);
    } finally {
      callers.shutdownNow();
    }
    assertThat(names())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    Stream.of("nightly-report"),
                    IntStream.rangeClosed(2, calls).mapToObj(number -> "nightly-report-" + number))
                .toList());
  }

  @Test
  void reusesNameOfDeletedJob() {
    long first = created(job("again"));
    created(job("again"));
    caller.accept("deleteJob", Map.of("jobId", first));
    app.withJob("again-x").withJob("again-7-days");

    created(job("again"));
    created(job("again"));

    assertThat(names())
        .containsExactlyInAnyOrder("again", "again-2", "again-3", "again-x", "again-7-days");
  }

  @Test
  void keepsFieldsUnknownToPowerJobWhenSavingJob() {
    long id = created(job("shared"));
    app.withJob(
        "shared",
        """
        {"processor": {"type": "powerjob", "processorInfo": "harness.worker.Noop"},
         "trigger": {"every": "PT1H", "jitter": "PT5S"}, "overlap": "queue-all", "priority": 8,
         "requiredTags": ["gpu"], "parameters": {"region": "eu", "jobParams": "p"},
         "retry": {"maxAttempts": 2, "backoff": "PT1M"}}
        """);
    ObjectNode exported = (ObjectNode) data(caller.call("exportJob", Map.of("jobId", id)));

    created(exported.put("id", id).put("jobName", "shared").put("jobParams", "changed"));

    app.getJob("shared")
        .then()
        .body("parameters.jobParams", equalTo("changed"))
        .body("parameters.region", equalTo("eu"))
        .body("overlap", equalTo("queue-all"))
        .body("priority", equalTo(8))
        .body("requiredTags", equalTo(List.of("gpu")))
        .body("trigger.every", equalTo("PT1H"))
        .body("trigger.jitter", equalTo("PT5S"))
        .body("retry.backoff", equalTo("PT1M"))
        .body("status.version", equalTo(3));
  }

  @Test
  void hidesJobsOfOtherAppsAndProcessors() {
    long mine = created(job("mine"));
    app.withJob("noop");
    PowerJobCaller other = PowerJobCaller.of4(PowerJobCaller.openApp());
    long noop = jobId("noop");

    for (String call : OF_JOB) {
      assertThat(other.refuse(call, Map.of("jobId", mine)))
          .as(call)
          .isEqualTo("IllegalArgumentException: can't find job by jobId: " + mine);
      assertThat(caller.refuse(call, Map.of("jobId", noop)))
          .as(call)
          .isEqualTo("IllegalArgumentException: can't find job by jobId: " + noop);
    }
    assertThat(refused(save(job("noop").put("id", noop)))).contains("can't find job by jobId");
    assertThat(data(caller.call("fetchAllJob", Map.of())))
        .hasSize(1)
        .allMatch(found -> found.get("id").longValue() == mine);
    assertThat(data(other.call("fetchAllJob", Map.of()))).isEmpty();
    app.getJob("noop").then().body("status.version", equalTo(1)).body("enabled", equalTo(true));
  }

  @Test
  void refusesEveryJobCallWithoutSecretAppId() {
    long id = created(job("safe"));
    int number = app.asViewer().get(app.path("/powerjob")).then().extract().path("appId");
    PowerJobCaller worker = PowerJobCaller.withNumber(number);

    Stream.concat(OF_JOB.stream(), Stream.of("saveJob", "fetchAllJob", "queryJob"))
        .forEach(
            call -> {
              assertThat(worker.refuse(call, Map.of("jobId", id)))
                  .as(call)
                  .contains("this appId or token opens no app");
              assertThat(refused(given().formParam("jobId", id).post("/openApi/" + call)))
                  .as(call)
                  .contains("'appId' is missing");
            });
    assertThat(fetched(id).get("status").intValue()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "timeExpressionType, DAILY_TIME_INTERVAL, x, must be a JSON object with interval",
    "timeExpressionType, DAILY_TIME_INTERVAL, '{\"interval\":420,\"startTimeOfDay\":\"0:0:0\","
        + "\"endTimeOfDay\":\"23:59:59\"}', the start of the next",
    "timeExpressionType, DAILY_TIME_INTERVAL, '{\"interval\":60,\"startTimeOfDay\":\"9:0:0\","
        + "\"endTimeOfDay\":\"9:0:0\"}', For one fire a day use 'cron'",
    "timeExpressionType, FIXED_RATE, 500, at least 1000",
    "timeExpressionType, CRON, 0 0 25 * * ?, allowed are 0 to 23",
    "timeExpressionType, CRON, 0 0 2 31 2 ?, never fires",
    "designatedWorkers, 'a\nb', '', one line of at most 1000 characters",
    "processorInfo, '', '', processorInfo can't be empty",
    "processorType, GROOVY, '', processorType must be one of"
  })
  void refusesInvalidJobWithReasonAndStoresNothing(
      String field, String value, String expression, String reason) {
    ObjectNode body = job("refused").put("timeExpression", expression).put(field, value);

    assertThat(refused(save(body))).startsWith("IllegalArgumentException: ").contains(reason);
    assertThat(names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"job\"", "{\"id\": \"x\", \"appId\": %d}", "{\"appId\": %d}"})
  void refusesMalformedJobBody(String body) {
    String message =
        refused(
            authenticated().body(body.replace("%d", "" + caller.appId())).post("/openApi/saveJob"));

    assertThat(message).startsWith("IllegalArgumentException: ");
  }

  @Test
  void refusesJobCallWithMissingOrInvalidJobId() {
    for (String call : OF_JOB) {
      assertThat(caller.refuse(call, Map.of())).as(call).contains("'jobId' is missing");
      assertThat(caller.refuse(call, Map.of("jobId", "x"))).as(call).contains("'jobId' must be");
    }
  }

  @Test
  void showsNextFireTimeOfEnabledJobOnly() {
    long id =
        created(
            job("hourly").put("timeExpressionType", "FIXED_RATE").put("timeExpression", "3600000"));
    assertThat(fetched(id).get("nextTriggerTime").isNumber()).isTrue();

    caller.accept("disableJob", Map.of("jobId", id));
    assertThat(fetched(id).get("status").intValue()).isEqualTo(2);
    assertThat(fetched(id).get("nextTriggerTime").isNull()).isTrue();

    caller.accept("enableJob", Map.of("jobId", id));
    assertThat(fetched(id).get("status").intValue()).isEqualTo(1);
    assertThat(fetched(id).get("nextTriggerTime").isNumber()).isTrue();
  }

  @Test
  void createsEqualJobFromExportedJob() {
    long id =
        created(
            job("original")
                .put("timeExpressionType", "CRON")
                .put("timeExpression", "0 0 2 * * ?")
                .put("tag", "t")
                .put("maxInstanceNum", 1)
                .put("instanceTimeLimit", 60_000));
    ObjectNode exported = (ObjectNode) data(caller.call("exportJob", Map.of("jobId", id)));

    ObjectNode copy = (ObjectNode) fetched(created(exported));

    ObjectNode original = (ObjectNode) fetched(id);
    for (String own : List.of("id", "jobName", "gmtCreate", "gmtModified")) {
      original.remove(own);
      copy.remove(own);
    }
    assertThat(copy).isEqualTo(original);
  }

  @Test
  @Tag("thorough")
  void refusesJobListExceedingAnswerSizeAndSuggestsIdRange() {
    String quotes = "\"".repeat(60_000);
    List<Long> ids =
        IntStream.range(0, 72)
            .mapToObj(number -> created(job("large").put("jobDescription", quotes)))
            .toList();

    assertThat(caller.refuse("fetchAllJob", Map.of())).contains("idGt and idLt");
    ObjectNode query = JsonNodeFactory.instance.objectNode().put("idGt", ids.get(40));
    assertThat(data(send("queryJob", query))).hasSize(31);
  }

  private record Recorded(JsonNode file) {
    private ObjectNode request() {
      return file.at("/request/body").deepCopy();
    }

    private JsonNode answer() {
      return file.at("/response/body");
    }
  }

  private static Recorded recorded(String version, String kind) throws IOException {
    Path file =
        Path.of(
            "../../protocol/powerjob/src/test/resources/wire",
            version,
            "openApi_" + kind + ".json");
    return new Recorded(JSON.readTree(Files.readString(file)));
  }

  /** Checks that exactly these fields of a job differ. */
  private static void compare(Recorded recorded, Response response, Set<String> own) {
    accepted(response);
    compareJobs(recorded.answer().get("data"), data(response), own);
  }

  private static void compareFirst(Recorded recorded, Response response, int size) {
    accepted(response);
    assertThat(data(response)).hasSize(size);
    compareJobs(recorded.answer().at("/data/0"), data(response).get(0), OWN);
  }

  private static void compareJobs(JsonNode recorded, JsonNode job, Set<String> own) {
    Set<String> names = new TreeSet<>();
    recorded.fieldNames().forEachRemaining(names::add);
    Set<String> ours = new TreeSet<>();
    job.fieldNames().forEachRemaining(ours::add);
    assertThat(ours).isEqualTo(names);
    for (String name : names) {
      if (own.contains(name)) {
        assertThat(job.get(name).getNodeType()).isEqualTo(recorded.get(name).getNodeType());
      } else {
        assertThat(job.get(name)).as(name).isEqualTo(recorded.get(name));
      }
    }
  }

  private ObjectNode job(String jobName) {
    try {
      return recorded("5.1.1", "saveJob.create").request().put("jobName", jobName);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Response save(ObjectNode body) {
    return send("saveJob", body);
  }

  private Response send(String call, ObjectNode body) {
    String appField = call.equals("queryJob") ? "appIdEq" : "appId";
    return authenticated()
        .body(body.put(appField, caller.appId()).toString())
        .post("/openApi/" + call);
  }

  private RequestSpecification authenticated() {
    RequestSpecification request = given().contentType(ContentType.JSON);
    return caller.token() == null
        ? request
        : request
            .header("X-POWERJOB-APP-ID", caller.appId())
            .header("X-POWERJOB-ACCESS-TOKEN", caller.token());
  }

  private long created(ObjectNode body) {
    return accepted(save(body)).node().get("data").longValue();
  }

  private JsonNode fetched(long id) {
    return data(caller.call("fetchJob", Map.of("jobId", id)));
  }

  private static JsonNode data(Response response) {
    return accepted(response).node().get("data");
  }

  private long jobId(String name) {
    String etag = app.getJob(name).header("ETag");
    return Long.parseLong(etag.substring(1, etag.indexOf('-')));
  }

  private List<String> names() {
    return app.asViewer()
        .get(app.path("/jobs"))
        .then()
        .statusCode(200)
        .extract()
        .as(Json.class)
        .getStrings("items.name");
  }
}
