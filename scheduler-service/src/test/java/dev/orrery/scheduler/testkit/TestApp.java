package dev.orrery.scheduler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.http.security.TokenHash;
import io.quarkus.arc.Arc;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.awaitility.core.ConditionFactory;

/** An app of its own for one test, with its tokens. */
public final class TestApp {
  private static final String NOOP = "{\"processor\":{\"type\":\"noop\"}}";

  private final String name;
  private final Map<TokenRole, String> tokens = new EnumMap<>(TokenRole.class);

  private TestApp(String name) {
    this.name = name;
  }

  /** What a token of an app can be for. */
  public enum TokenRole {
    OPERATOR,
    VIEWER,
    WORKER,
    DECLARE
  }

  public static TestApp create() {
    TestApp app = new TestApp("test-" + UUID.randomUUID());
    Api.asAdmin().put(Api.V1 + "/apps/" + app.name).then().statusCode(201);
    return app;
  }

  /** Waits without sleeping longer than needed; half a minute is a failure, not a pause. */
  public static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
  }

  public String name() {
    return name;
  }

  /** The token of this role, created when it is first asked for. */
  public synchronized String token(TokenRole role) {
    return tokens.computeIfAbsent(role, this::newToken);
  }

  /** Uses this token for the role from now on. */
  public synchronized void useToken(TokenRole role, String token) {
    tokens.put(role, token);
  }

  /** Uses another token for the role from now on. */
  public void useNewToken(TokenRole role) {
    useToken(role, newToken(role));
  }

  /** The id of the token of this role, which must have been asked for. */
  public String tokenId(TokenRole role) {
    return TestDatabase.read(
        "select id from token where hash = ?", TokenHash.of(token(role)).bytes());
  }

  public String newToken(TokenRole role) {
    return Api.asAdmin()
        .body("{\"role\":\"" + role.name().toLowerCase(Locale.ROOT) + "\"}")
        .post(path("/tokens"))
        .then()
        .statusCode(201)
        .extract()
        .as(Json.class)
        .getString("token");
  }

  public RequestSpecification asOperator() {
    return Api.as(token(TokenRole.OPERATOR));
  }

  public RequestSpecification asViewer() {
    return Api.as(token(TokenRole.VIEWER));
  }

  public RequestSpecification asDeclarer() {
    return Api.as(token(TokenRole.DECLARE));
  }

  /** A path below this app. */
  public String path(String rest) {
    return Api.V1 + "/apps/" + name + rest;
  }

  public static String instancePath(String id, String rest) {
    return Api.V1 + "/instances/" + id + rest;
  }

  /** A job that does nothing, and that only the API starts. */
  public TestApp withJob(String job) {
    return withJob(job, NOOP);
  }

  public TestApp withJob(String job, String document) {
    assertThat(putJob(job, document).statusCode()).isIn(200, 201);
    return this;
  }

  public Response putJob(String job, String document) {
    return asOperator().body(document).put(path("/jobs/" + job));
  }

  public Response getJob(String job) {
    return asViewer().get(path("/jobs/" + job));
  }

  /** Runs the job now; gives the id. */
  public String run(String job) {
    return run(job, "{}");
  }

  public String run(String job, String body) {
    Response response = tryRun(job, body);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(202);
    return response.as(Json.class).getString("id");
  }

  public Response tryRun(String job, String body) {
    return asOperator().body(body).post(path("/jobs/" + job + "/instances"));
  }

  /** Runs the job this many times; gives the ids in their order. */
  public List<String> runTimes(String job, int count) {
    return runBatch("{\"instances\":[{\"job\":\"%s\",\"count\":%d}]}".formatted(job, count));
  }

  public List<String> runBatch(String body) {
    Response response = tryBatch(body);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(202);
    return response.as(Json.class).getStrings("ids");
  }

  public Response tryBatch(String body) {
    return asOperator().body(body).post(path("/instances"));
  }

  /**
   * Makes the job's trigger due now and waits until the scheduler has dealt with it. A fixed rate
   * counts its next periods from here.
   *
   * @return the fire time
   */
  public Instant fire(String job) {
    String fireTime =
        TestDatabase.read(
            """
            update trigger t set next_fire_at = now.at, anchor_at = now.at
            from (select date_trunc('milliseconds', statement_timestamp()) as at) now,
              job j join app a on a.id = j.app_id
            where t.job_id = j.id and a.name = ? and j.name = ? and j.deleted_at is null
            returning to_char(now.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
            """,
            name,
            job);
    Arc.container().instance(HintBus.class).get().dueIn(Duration.ZERO);
    eventually().until(() -> isPast(job, fireTime));
    return Instant.parse(fireTime);
  }

  /** Lets the time-out of an instance pass, which must have one. */
  public void overrun(String id) {
    assertThat(
            TestDatabase.update(
                "update instance set deadline_at = statement_timestamp()"
                    + " where id = ? and deadline_at is not null",
                Long.parseLong(id)))
        .isOne();
    Arc.container().instance(HintBus.class).get().dueIn(Duration.ZERO);
  }

  private boolean isPast(String job, String fireTime) {
    return "t"
        .equals(
            TestDatabase.read(
                """
                select t.next_fire_at is distinct from ?::timestamptz
                from trigger t join job j on j.id = t.job_id join app a on a.id = j.app_id
                where a.name = ? and j.name = ? and j.deleted_at is null
                """,
                fireTime,
                name,
                job));
  }

  public Json instance(String id) {
    return Json.of(asViewer().get(instancePath(id, "")), 200);
  }

  public String state(String id) {
    return instance(id).getString("state");
  }

  public Json awaitState(String id, String state) {
    return eventually().until(() -> instance(id), found -> state.equals(found.getString("state")));
  }

  public Json awaitWaitingFor(String id, String waitingFor) {
    return eventually()
        .until(() -> instance(id), found -> waitingFor.equals(found.getString("waitingFor")));
  }

  /** The states of its attempts so far, oldest first. */
  public List<String> attemptStates(String id) {
    return attempts(id).getStrings("items.state");
  }

  public Json attempts(String id) {
    return Json.of(asViewer().get(instancePath(id, "/attempts")), 200);
  }

  /** The lines of its log so far. */
  public List<String> logTexts(String id) {
    return Json.of(asViewer().get(instancePath(id, "/logs")), 200).getStrings("items.text");
  }

  public Response tryCancel(String id) {
    return asOperator().post(instancePath(id, "/cancel"));
  }

  public void cancel(String id) {
    assertThat(tryCancel(id).statusCode()).isEqualTo(202);
  }

  public Response tryRetry(String id) {
    return asOperator().post(instancePath(id, "/retry"));
  }

  /** All instances of the job, newest first. */
  public List<Map<String, Object>> instancesOf(String job) {
    return Json.of(
            asViewer().queryParam("job", job).queryParam("limit", 500).get(path("/instances")), 200)
        .getMaps("items");
  }

  /** A worker that can do nothing but {@code noop}. */
  public TestWorker worker() {
    return workerLike().join();
  }

  public TestWorker.Builder workerLike() {
    return new TestWorker.Builder(this);
  }
}
