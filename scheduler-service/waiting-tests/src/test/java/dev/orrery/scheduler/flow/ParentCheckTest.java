package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Checks that parents start and end without hints. SQL statements make the changes of a process
 * that died before it published one.
 */
@QuarkusTest
class ParentCheckTest {
  /** Two seconds between checks, and one for their query. */
  private static final Duration SOON = Duration.ofSeconds(3);

  private static final String ONE_SHARD =
      "{\"processor\":{\"type\":\"noop\"},\"fanOut\":{\"type\":\"shards\",\"count\":1}}";

  @Inject
  @DataSource("engine")
  AgroalDataSource database;

  @Test
  void startsAndEndsParentWithoutHints() {
    TestApp app = TestApp.create().withJob("job", ONE_SHARD);
    TestWorker worker = app.worker();
    List<Duration> times = new ArrayList<>();
    for (int time = 0; time < 3; time++) {
      String id = app.run("job", "{\"runAt\":\"2127-01-01T00:00:00Z\"}");

      sql("update instance set state = 1, due_at = now() where id = " + id);
      Assignment shard = worker.take();
      sql(StoredParent.end(shard.instance(), 10));

      Instant parentEnd = Instant.parse(app.awaitState(id, "SUCCEEDED").getString("endedAt"));
      times.add(Duration.between(endOf(shard.instance()), parentEnd));
    }
    // A busy machine delays some.
    assertThat(Collections.min(times)).isBetween(Duration.ZERO, SOON);
  }

  @Test
  void endsParentDespiteUnreadableParent() {
    TestApp app = TestApp.create().withJob("job", ONE_SHARD);
    TestWorker worker = app.worker();
    String unreadable = app.run("job");
    String sound = app.run("job");
    List<Assignment> parts = worker.takeAll(2);
    sql("update parent_instance set ending = 99 where instance_id = " + unreadable);

    parts.forEach(part -> sql(StoredParent.end(part.instance(), 10)));

    app.awaitState(sound, "SUCCEEDED");
    sql("update parent_instance set ending = null where instance_id = " + unreadable);
    app.awaitState(unreadable, "SUCCEEDED");
  }

  @Test
  void endsParentDespiteParentThatCannotStart() {
    TestApp app = TestApp.create().withJob("job", ONE_SHARD);
    TestWorker worker = app.worker();
    String sound = app.run("job");
    Assignment part = worker.take();
    String broken = app.run("job", "{\"runAt\":\"2127-01-01T00:00:00Z\"}");
    sql(
        "insert into parent_instance (instance_id, total, made, parallelism, tolerated, flow, depth)"
            + " values (%s, 1, 0, 1, 0, false, 1)".formatted(broken));
    sql("update instance set state = 1, due_at = now() where id = " + broken);

    sql(StoredParent.end(part.instance(), 10));

    app.awaitState(sound, "SUCCEEDED");
    sql("delete from parent_instance where instance_id = " + broken);
    worker.succeed(worker.take());
    app.awaitState(broken, "SUCCEEDED");
  }

  private Instant endOf(long part) {
    try (Connection connection = database.getConnection();
        Statement one = connection.createStatement();
        ResultSet row = one.executeQuery("select ended_at from part_history where id = " + part)) {
      row.next();
      return row.getTimestamp(1).toInstant();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void sql(String statement) {
    try (Connection connection = database.getConnection();
        Statement one = connection.createStatement()) {
      one.execute(statement);
    } catch (SQLException e) {
      throw new AssertionError(statement, e);
    }
  }
}
