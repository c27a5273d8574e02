package dev.orrery.scheduler.model.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.engine.command.CancelConfig;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The deadline at which the scheduler ends an attempt after a cancel request. */
@QuarkusTest
class CancelDeadlineTest {
  @Inject CancelConfig config;

  private TestApp app;
  private TestWorker worker;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
    worker = app.worker();
  }

  /** Returns the id of an instance that runs. */
  private String running(String timeout) {
    app.withJob("job", "{\"processor\":{\"type\":\"noop\"}%s}".formatted(timeout));
    String id = app.run("job");
    worker.take();
    return id;
  }

  private static Instant read(String column, String id) {
    return OffsetDateTime.parse(
            TestDatabase.read(
                "select to_char(%s at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.USZ') from instance where id = ?"
                    .formatted(column),
                Long.parseLong(id)))
        .toInstant();
  }

  private static Instant deadline(String id) {
    return read("deadline_at", id);
  }

  @Test
  void startsGracePeriodAtCancelRequest() {
    String id = running("");

    app.cancel(id);

    assertThat(deadline(id)).isEqualTo(read("cancel_requested_at", id).plus(config.gracePeriod()));
  }

  @Test
  void keepsTimeoutEarlierThanCancelGracePeriod() {
    Duration timeout = config.gracePeriod().dividedBy(2);
    String id = running(",\"timeout\":\"" + timeout + "\"");
    Instant before = deadline(id);

    app.cancel(id);

    assertThat(deadline(id)).isEqualTo(before);
  }
}
