package dev.orrery.scheduler.engine.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class BulkCommandTest {
  private static final String ALL = "{\"all\":true}";

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job").withJob("other");
  }

  @Test
  void endsWaitingInstancesAndRequestsCancelOfRunningInstances() {
    List<String> ids = app.runTimes("job", 3);
    String other = app.run("other");
    TestWorker worker = app.worker();
    Assignment running = worker.take();

    assertThat(call("cancel", "?dryRun=true", "{\"job\":\"job\"}"))
        .returns(3, answer -> answer.getInt("matched"))
        .returns(0, answer -> answer.getInt("changed"));
    assertThat(app.state(ids.get(1))).isEqualTo("WAITING");

    Json canceled = call("cancel", "", "{\"job\":\"job\"}");

    assertThat(canceled.getInt("matched")).isEqualTo(3);
    assertThat(canceled.getInt("changed")).isEqualTo(3);
    assertThat(canceled.getString("more")).isEqualTo("false");
    assertThat(app.state(ids.get(1))).isEqualTo("CANCELED");
    assertThat(app.state(ids.get(2))).isEqualTo("CANCELED");
    assertThat(app.state(ids.get(0))).isEqualTo("RUNNING");
    assertThat(worker.pollForWork(0, TestWorker.refs(List.of(running))).cancels()).hasSize(1);
    assertThat(app.state(other)).isEqualTo("WAITING");
  }

  @Test
  void cancelsOnlyInstancesInTheGivenState() {
    List<String> ids = app.runTimes("job", 2);
    app.worker().take();

    assertThat(call("cancel", "", "{\"states\":[\"WAITING\"]}").getInt("changed")).isOne();

    assertThat(app.state(ids.get(0))).isEqualTo("RUNNING");
    assertThat(app.state(ids.get(1))).isEqualTo("CANCELED");
  }

  @Test
  void createsNewInstancesForFailedInstancesOnRetry() {
    List<String> ids = app.runTimes("job", 3);
    TestWorker worker = app.worker();
    worker.fail(worker.take(), "disk full");
    worker.fail(worker.take(), "no such host");
    worker.succeed(worker.take());

    assertThat(call("retry", "?dryRun=true", ALL).getInt("matched")).isEqualTo(2);
    assertThat(call("retry", "", "{\"errorText\":\"disk\"}").getInt("changed")).isOne();

    assertThat(app.instancesOf("job")).hasSize(4);
    assertThat(app.instancesOf("job").get(0).get("retryOf")).isEqualTo(ids.get(0));
    assertThat(app.instancesOf("job").get(0).get("state")).isEqualTo("WAITING");
    assertThat(call("retry", "", "{\"states\":[\"SUCCEEDED\"]}").getInt("changed")).isOne();
    assertThat(call("retry", "?after=" + ids.get(1), ALL).getInt("matched")).isOne();
  }

  @Test
  void retriesOnlyOncePerIdempotencyKey() {
    app.run("job");
    TestWorker worker = app.worker();
    worker.fail(worker.take(), "no");

    Json first = withKey(ALL).as(Json.class);
    Json second = withKey(ALL).as(Json.class);

    assertThat(second.node()).isEqualTo(first.node());
    assertThat(first.getInt("changed")).isOne();
    assertThat(app.instancesOf("job")).hasSize(2);
    Refused.with(ErrorCode.INVALID, withKey("{\"job\":\"job\"}")).saying("another request");
  }

  /** 300 × 60,000 bytes: 279 of them are the most below 16 MiB. */
  @Test
  void splitsBulkRetryAt16MiBOfParameters() {
    TestDatabase.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported, parameters)
        select new_instance_id(), j.id, j.version_id, now(), now(), 1, 11, 5, true,
          jsonb_build_object('p', repeat('x', 60000 - 9))
        from job j join app a on a.id = j.app_id cross join generate_series(1, 300)
        where a.name = ? and j.name = 'job'
        """,
        app.name());
    assertThat(call("retry", "?dryRun=true", ALL).getInt("matched")).isEqualTo(300);

    Json first = call("retry", "", ALL);
    Json second = call("retry", "?after=" + first.getString("next"), ALL);

    assertThat(first.getInt("matched")).isEqualTo(279);
    assertThat(first.getInt("changed")).isEqualTo(279);
    assertThat(first.getString("more")).isEqualTo("true");
    assertThat(second.getInt("changed")).isEqualTo(21);
    assertThat(second.getString("more")).isEqualTo("false");
    assertThat(
            TestDatabase.read(
                "select count(distinct i.retry_of) from instance i join job j on j.id = i.job_id"
                    + " join app a on a.id = j.app_id where a.name = ?",
                app.name()))
        .isEqualTo("300");
  }

  @Test
  void skipsInstancesOfDeletedJobOnRetry() {
    app.run("job");
    TestWorker worker = app.worker();
    worker.fail(worker.take(), "no");
    app.asOperator().delete(app.path("/jobs/job")).then().statusCode(204);

    Json retried = call("retry", "", ALL);

    assertThat(retried.getInt("matched")).isOne();
    assertThat(retried.getInt("changed")).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          cancel | {"states":["FAILED"]}            | states      | 'states' must be WAITING or RUNNING, because others have ended.
          retry  | {"states":["FAILED","WAITING"]}  | states      | 'states' must be states of instances that have ended.
          cancel | {"states":[]}                    | states      | at least one state
          cancel | {"states":["READY"]}             | states      | 'states' must be one of WAITING, RUNNING,
          cancel | {"state":"WAITING"}              | state       | Unknown field 'state'. Did you mean 'states'?
          cancel | {"parameters":{"a b":"1"}}       | parameters  | 'parameters' must be 1 to 100 characters
          retry  | {"errorText":"no"}               | errorText   | 'errorText' must have 3 to 200 characters.
          retry  | {"origin":"CRON"}                | origin      | 'origin' must be one of SCHEDULED, MANUAL, BACKFILL, RETRY, FLOW; got 'CRON'.
          retry  | {"createdFrom":"yesterday"}      | createdFrom | 'createdFrom' must be an instant
          """)
  void refusesInvalidFilter(String command, String body, String field, String message) {
    Refused.with(
            ErrorCode.INVALID, app.asOperator().body(body).post(app.path("/instances:" + command)))
        .at(field)
        .saying(message);
  }

  /** An unset variable must not select all. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          ~~                            | all    | The body selects no instances: give a filter,
          null                          | all    | or {"all": true} for all instances of the app.
          {}                            | all    | The body selects no instances
          {"all":false}                 | all    | The body selects no instances
          {"job":null}                  | job    | 'job' must not be null; leave it out
          {"job":"job","worker":null}   | worker | 'worker' must not be null
          {"all":true,"states":null}    | states | 'states' must not be null
          {"all":null}                  | all    | 'all' must not be null
          {"job":"job","labels":{}}     | labels | 'labels' must not be empty; leave it out
          {"job":"job","parameters":{}} | parameters | 'parameters' must not be empty
          {"all":true,"job":"job"}      | all    | 'all' selects all instances
          """)
  void refusesEmptyFilterWithoutExplicitAll(String body, String field, String message) {
    String id = app.run("job");
    for (String command : List.of("cancel", "retry")) {
      RequestSpecification request = app.asOperator();
      Response response =
          (body.isEmpty() ? request : request.body(body)).post(app.path("/instances:" + command));

      Refused.with(ErrorCode.INVALID, response).at(field).saying(message);
    }
    assertThat(app.state(id)).isEqualTo("WAITING");
  }

  @Test
  void cancelsAllInstancesOfTheAppOnExplicitRequest() {
    String id = app.run("job");
    String other = app.run("other");

    assertThat(call("cancel", "", ALL).getInt("changed")).isEqualTo(2);

    assertThat(app.state(id)).isEqualTo("CANCELED");
    assertThat(app.state(other)).isEqualTo("CANCELED");
  }

  @Test
  void answersNotFoundForUnknownJob() {
    Refused.with(
            ErrorCode.JOB_NOT_FOUND,
            app.asOperator().body("{\"job\":\"never\"}").post(app.path("/instances:cancel")))
        .saying("never");
  }

  private Json call(String command, String query, String body) {
    return Json.of(
        app.asOperator().body(body).post(app.path("/instances:" + command + query)), 200);
  }

  private Response withKey(String body) {
    return app.asOperator()
        .header("Idempotency-Key", "once")
        .body(body)
        .post(app.path("/instances:retry"));
  }
}
