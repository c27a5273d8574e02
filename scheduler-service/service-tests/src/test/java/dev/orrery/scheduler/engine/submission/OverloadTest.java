package dev.orrery.scheduler.engine.submission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.ConcurrentCalls;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Submissions that arrive faster than they can be stored. */
@QuarkusTest
class OverloadTest {
  private static final String TWENTY_THOUSAND =
      "{\"instances\":[{\"job\":\"unknown\",\"count\":20000}]}";

  private static final String OVER_ITS_LIMIT = "Too many runs of this app";

  @Inject AgroalDataSource database;
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  @Test
  void refusesSubmissionsOnlyOfAppOverQueueLimit() throws SQLException {
    TestApp other = TestApp.create().withJob("job");
    CompletableFuture<Response> first;
    CompletableFuture<Response> second;
    CompletableFuture<Response> theirs;
    List<CompletableFuture<Response>> flood;
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      // Both writers wait for keys whose fate is open, each in a commit of its own.
      takeKey(connection, "first");
      takeKey(connection, "second");
      first = run("first");
      awaitBlocked(1);
      second = run("second");
      awaitBlocked(2);

      flood =
          IntStream.range(0, 8).mapToObj(n -> call(() -> app.tryBatch(TWENTY_THOUSAND))).toList();
      TestApp.eventually()
          .until(() -> flood.stream().filter(CompletableFuture::isDone).count() == 4);
      theirs = call(() -> other.tryRun("job", "{}"));
      connection.rollback();
    }

    List<Response> answers = flood.stream().map(CompletableFuture::join).toList();
    List<Response> overloaded =
        answers.stream().filter(answer -> answer.asString().contains(OVER_ITS_LIMIT)).toList();
    assertThat(overloaded).hasSize(4);
    for (Response answer : overloaded) {
      Refused.with(ErrorCode.OVERLOADED, answer);
      assertThat(answer.header("Retry-After")).isEqualTo("1");
    }
    answers.stream()
        .filter(answer -> !overloaded.contains(answer))
        .forEach(OverloadTest::requireRefusedAsUnknown);
    assertThat(first.join().statusCode()).isEqualTo(202);
    assertThat(second.join().statusCode()).isEqualTo(202);
    assertThat(theirs.join().statusCode()).isEqualTo(202);
    assertThat(app.instancesOf("job")).hasSize(2);
    assertThat(app.tryRun("job", "{}").statusCode()).isEqualTo(202);
  }

  /** Only two refusals of unknown jobs read the names of jobs at a time; others must retry. */
  private static void requireRefusedAsUnknown(Response answer) {
    if (answer.statusCode() == ErrorCode.OVERLOADED.status()) {
      Refused.with(ErrorCode.OVERLOADED, answer).saying("unknown jobs");
    } else {
      Refused.with(ErrorCode.JOB_NOT_FOUND, answer);
    }
  }

  private CompletableFuture<Response> run(String key) {
    return call(
        () ->
            app.asOperator()
                .header("Idempotency-Key", key)
                .body("{}")
                .post(app.path("/jobs/job/instances")));
  }

  private CompletableFuture<Response> call(Supplier<Response> caller) {
    return ConcurrentCalls.start(caller);
  }

  private void takeKey(Connection connection, String key) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into idempotency (app_id, key, hash, ids)
            select id, ?, '', '{}' from app where name = ?
            """)) {
      insert.setString(1, key);
      insert.setString(2, app.name());
      assertThat(insert.executeUpdate()).isEqualTo(1);
    }
  }

  private void awaitBlocked(int statements) {
    TestApp.eventually().until(() -> blocked() == statements);
  }

  private int blocked() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select count(*) from pg_stat_activity
                where wait_event_type = 'Lock' and query like 'with submission%'
                """);
        ResultSet rows = select.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
