package dev.orrery.scheduler.model.job.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.orrery.scheduler.testkit.ConcurrentCalls;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Applies a file whose first job has a newer instance than its second one. The engine locks the
 * instances of many jobs by id, so an apply that locked them job by job could deadlock with it.
 */
@QuarkusTest
class JobApplyLockOrderTest {
  private TestApp app;
  private long older;
  private long newer;

  /** The edit of a job. */
  enum Edit {
    LIMITED(",\"concurrency\":1"),
    DISABLED(",\"enabled\":false"),
    DELETED("");

    private final String fields;

    Edit(String fields) {
      this.fields = fields;
    }
  }

  @BeforeEach
  void createJobs() {
    app = TestApp.create();
    assertThat(apply(job("d", ""), job("c", "")).statusCode()).isEqualTo(200);
    older = fired("c");
    newer = fired("d");
    assertThat(older).isLessThan(newer);
  }

  @ParameterizedTest(name = "first {0}, second {1}")
  @CsvSource({
    "LIMITED, LIMITED",
    "LIMITED, DISABLED",
    "LIMITED, DELETED",
    "DISABLED, LIMITED",
    "DISABLED, DISABLED",
    "DISABLED, DELETED"
  })
  void locksInstancesOfJobsInIdOrder(Edit first, Edit second) throws SQLException {
    app.token(TestApp.TokenRole.OPERATOR);
    try (Connection engine = TestDatabase.connect()) {
      engine.setAutoCommit(false);
      try {
        int process = lock(engine, older);
        CompletableFuture<Response> applied =
            ConcurrentCalls.start(
                () ->
                    second == Edit.DELETED
                        ? apply(job("d", first.fields))
                        : apply(job("d", first.fields), job("c", second.fields)));
        TestApp.eventually().until(() -> applied.isDone() || TestDatabase.isWaitedFor(process));
        assertThat(applied).as("the apply, which needs the older instance").isNotDone();

        assertThatCode(() -> lock(engine, newer))
            .as("lock of the newer instance, while the apply waits for the older one")
            .doesNotThrowAnyException();

        engine.rollback();
        Response response = applied.join();
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
      } finally {
        engine.rollback();
        engine.setAutoCommit(true);
      }
    }
  }

  /** Returns the process of the database that now holds the row. */
  private static int lock(Connection connection, long instance) throws SQLException {
    return TestDatabase.process(
        connection,
        "select pg_backend_pid() from instance where id = ? for update nowait",
        instance);
  }

  /** A ready instance, as if a trigger had made it. */
  private long fired(String job) {
    long id = Long.parseLong(app.run(job));
    assertThat(TestDatabase.update("update instance set fire_time = due_at where id = ?", id))
        .isEqualTo(1);
    return id;
  }

  private Response apply(String... jobs) {
    return app.asOperator()
        .body("{\"owner\":\"repo\",\"prune\":true,\"jobs\":[" + String.join(",", jobs) + "]}")
        .post(app.path("/jobs:apply"));
  }

  private static String job(String name, String fields) {
    return "{\"name\":\"%s\",\"processor\":{\"type\":\"noop\"}%s}".formatted(name, fields);
  }
}
