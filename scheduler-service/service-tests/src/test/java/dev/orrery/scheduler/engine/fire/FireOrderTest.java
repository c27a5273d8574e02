package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order in which jobs fire that are due at the same time. */
@QuarkusTest
class FireOrderTest {
  private static final List<String> JOBS = List.of("low", "high", "middle", "raised");

  private TestApp app;

  @BeforeEach
  void createPausedApp() {
    app = TestApp.create();
    app.asOperator().post(app.path("/pause")).then().statusCode(200);
  }

  @AfterEach
  void stopFiring() {
    JOBS.forEach(job -> app.asOperator().delete(app.path("/jobs/" + job)));
  }

  @Test
  void firesSimultaneousJobsByEditedPriority() {
    everySecond("low", 1);
    everySecond("high", 8);
    everySecond("middle", 5);
    everySecond("raised", 0);
    everySecond("raised", 9);

    app.asOperator().post(app.path("/resume")).then().statusCode(200);

    TestApp.eventually()
        .until(() -> JOBS.stream().noneMatch(job -> app.instancesOf(job).isEmpty()));
    List<Map<String, Object>> firstOfEach =
        JOBS.stream().map(job -> app.instancesOf(job)).map(FireOrderTest::first).toList();
    assertThat(firstOfEach).extracting(one -> one.get("fireTime")).containsOnly(fireTime("low"));
    assertThat(firstOfEach.stream().sorted(Comparator.comparing(FireOrderTest::id)))
        .extracting(one -> one.get("job"))
        .containsExactly("raised", "high", "middle", "low");
  }

  private Object fireTime(String job) {
    return first(app.instancesOf(job)).get("fireTime");
  }

  private void everySecond(String job, int priority) {
    app.withJob(
        job,
        "{\"processor\":{\"type\":\"noop\"},\"overlap\":\"allow\",\"priority\":"
            + priority
            + ",\"trigger\":{\"cron\":\"* * * * * *\"}}");
  }

  private static Map<String, Object> first(List<Map<String, Object>> instances) {
    return instances.stream()
        .min(Comparator.comparing(one -> Instant.parse((String) one.get("fireTime"))))
        .orElseThrow();
  }

  private static long id(Map<String, Object> instance) {
    return Long.parseLong((String) instance.get("id"));
  }
}
