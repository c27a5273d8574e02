package dev.orrery.scheduler.engine.submission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.testkit.ConcurrentCalls;
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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Checks that a slow submission does not mark its lane hint as fresh. Claims continue at the claim
 * cursor, and instances that are committed late may be behind it.
 */
@QuarkusTest
class SlowSubmissionTest {
  private static final String TAKE_KEY =
      "insert into idempotency (app_id, key, hash, ids)"
          + " select id, ?, '\\x00', '{}' from app where name = ?";

  @Inject AgroalDataSource database;
  @Inject HintBus hints;

  private final List<Hint.LanesReady> heard = new CopyOnWriteArrayList<>();
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  @Test
  void marksLaneHintOfQuickSubmissionFresh() throws SQLException {
    listenToLane();

    // Any of them may be slow, on a machine that has much to do.
    TestApp.eventually()
        .until(
            () -> {
              app.run("job");
              return heard.stream().anyMatch(Hint.LanesReady::fresh);
            });
  }

  @Test
  void marksLaneHintOfDelayedSubmissionStale() throws SQLException {
    listenToLane();
    String key = UUID.randomUUID().toString();
    CompletableFuture<Response> run;
    try (Connection other = database.getConnection()) {
      other.setAutoCommit(false);
      takeKey(other, key);
      run = ConcurrentCalls.start(() -> run(key));
      awaitWaiting();
      Awaitility.await()
          .pollDelay(HintBus.JUST_NOW)
          .untilAsserted(() -> assertThat(run).isNotDone());
      other.rollback();
    }

    assertThat(run.join().statusCode()).isEqualTo(202);
    assertThat(heard).isNotEmpty().noneMatch(Hint.LanesReady::fresh);
  }

  private Response run(String key) {
    return app.asOperator()
        .header("Idempotency-Key", key)
        .body("{}")
        .post(app.path("/jobs/job/instances"));
  }

  private void takeKey(Connection connection, String key) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TAKE_KEY)) {
      statement.setString(1, key);
      statement.setString(2, app.name());
      assertThat(statement.executeUpdate()).isOne();
    }
  }

  private void awaitWaiting() {
    TestApp.eventually()
        .until(
            () ->
                number(
                        "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                            + " and query like 'with submission as%'")
                    > 0);
  }

  private void listenToLane() throws SQLException {
    int lane =
        (int)
            number(
                "select l.id from lane l join app a on a.id = l.app_id where a.name = '%s'"
                    .formatted(app.name()));
    hints.listen(
        hint -> {
          if (hint instanceof Hint.LanesReady ready && ready.lanes().contains(lane)) {
            heard.add(ready);
          }
        });
  }

  private long number(String query) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(query);
        ResultSet row = statement.executeQuery()) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    }
  }
}
