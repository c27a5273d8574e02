package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Triggers, from the job document to the instances that they start. */
@QuarkusTest
class TriggerTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Its clocks do not change. */
  private static final ZoneId KOLKATA = ZoneId.of("Asia/Kolkata");

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @AfterEach
  void stopFiring() {
    app.asOperator().delete(app.path("/jobs/job"));
  }

  @Test
  void firesSecondlyCronOncePerSecond() {
    trigger("{\"cron\":\"* * * * * *\"}", "\"overlap\":\"allow\"");
    awaitInstances(all -> all.size() >= 3);

    trigger("{\"cron\":\"* * * * * *\"}", "\"overlap\":\"allow\",\"enabled\":false");

    List<Instant> fireTimes = fireTimes(app.instancesOf("job"));
    for (int i = 0; i < fireTimes.size(); i++) {
      assertThat(fireTimes.get(i)).isEqualTo(fireTimes.get(0).plusSeconds(i));
    }
    assertThat(app.instancesOf("job"))
        .allSatisfy(
            instance -> {
              assertThat(instance.get("dueAt")).isEqualTo(instance.get("fireTime"));
              assertThat(instance.get("state")).isEqualTo("CANCELED");
            });
  }

  @Test
  void firesOnlyWithinWindow() {
    LocalTime now = LocalTime.now(KOLKATA).truncatedTo(ChronoUnit.SECONDS);
    trigger(everySecond(now.minusMinutes(1), now.plusMinutes(5)), "\"overlap\":\"allow\"");
    awaitInstances(all -> all.size() >= 3);

    trigger(everySecond(now.plusHours(2), now.plusHours(3)), "\"overlap\":\"allow\"");

    List<Instant> fireTimes = fireTimes(app.instancesOf("job"));
    for (int i = 0; i < fireTimes.size(); i++) {
      assertThat(fireTimes.get(i)).isEqualTo(fireTimes.get(0).plusSeconds(i));
    }
    String next = nextFireTime();
    assertThat(LocalTime.ofInstant(Instant.parse(next), KOLKATA)).isEqualTo(now.plusHours(2));
    app.fire("job");
    assertThat(app.instancesOf("job")).hasSize(fireTimes.size() + 1);
    assertThat(nextFireTime()).isEqualTo(next);
  }

  private static String everySecond(LocalTime from, LocalTime to) {
    return "{\"every\":\"PT1S\",\"zone\":\"%s\",\"within\":{\"from\":\"%tT\",\"to\":\"%tT\"}}"
        .formatted(KOLKATA, from, to);
  }

  @Test
  void skipsFireDuringActiveInstanceAndStoresReason() {
    trigger("{\"cron\":\"* * * * * *\"}", "\"overlap\":\"skip\"");
    TestWorker worker = app.worker();
    Assignment taken = worker.take();
    awaitInstances(all -> all.size() >= 2);
    worker.succeed(taken);

    Assignment next = worker.take();

    List<Map<String, Object>> oldestFirst = oldestFirst();
    assertThat(oldestFirst.get(0)).containsEntry("state", "SUCCEEDED");
    assertThat(oldestFirst.get(1))
        .containsEntry("state", "SKIPPED")
        .containsEntry("endReason", "OVERLAP")
        .containsEntry("skippedCount", 1)
        .containsEntry("attempt", 0)
        .containsEntry("worker", null);
    assertThat(Instant.parse(next.fireTime()))
        .isAfter(Instant.parse(taken.fireTime()).plus(SECOND));
    List<Instant> fireTimes = fireTimes(oldestFirst);
    assertThat(fireTimes).doesNotHaveDuplicates();
    assertThat(Duration.between(fireTimes.get(0), fireTimes.get(1))).isEqualTo(SECOND);
    worker.succeed(next);
  }

  @Test
  void firesFixedDelayOnlyAfterEndOfOwnRun() {
    trigger("{\"delay\":\"PT1S\"}", "\"overlap\":\"allow\"");
    TestWorker worker = app.worker();
    Assignment first = worker.take();
    assertThat(nextFireTime()).isNull();

    String other = app.run("job");
    worker.succeed(worker.take(first.ref()));
    assertThat(app.state(other)).isEqualTo("SUCCEEDED");
    assertThat(nextFireTime()).isNull();
    assertThat(app.instancesOf("job")).hasSize(2);

    worker.succeed(first);
    String next = nextFireTime();
    Instant ended = Instant.parse(app.instance(id(first)).getString("endedAt"));
    assertThat(Instant.parse(next)).isCloseTo(ended.plus(SECOND), within(100, ChronoUnit.MILLIS));

    Assignment second = worker.take();
    assertThat(second.fireTime()).isEqualTo(next);
    worker.succeed(second);
  }

  @Test
  void startsFixedDelayAtEndOfLastAttempt() {
    trigger("{\"delay\":\"PT1S\"}", "\"retry\":{\"maxAttempts\":2,\"backoff\":\"PT0S\"}");
    TestWorker worker = app.worker();

    worker.fail(worker.take(), "first");
    assertThat(nextFireTime()).isNull();
    Assignment second = worker.take();
    worker.fail(second, "second");

    assertThat(second.attempt()).isEqualTo(2);
    assertThat(nextFireTime()).isNotNull();
  }

  @Test
  void schedulesNextFixedDelayFireAfterCanceledRun() {
    trigger("{\"delay\":\"PT1H\"}", "\"overlap\":\"skip\"");
    String waiting = (String) awaitInstances(all -> !all.isEmpty()).get(0).get("id");

    app.cancel(waiting);

    assertThat(nextFireTime()).isNotNull();
    app.fire("job");
    assertThat(app.instancesOf("job")).hasSize(2);
  }

  @Test
  void firesOneTimeTriggerOnce() {
    Instant later = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MILLIS);
    trigger("{\"at\":\"" + later + "\"}", "\"overlap\":\"skip\"");
    assertThat(nextFireTime()).isEqualTo(later.toString());
    // A time that has passed before the call is served never fires.
    Instant at;
    int seconds = 1;
    do {
      seconds *= 2;
      at = Instant.now().plusSeconds(seconds).truncatedTo(ChronoUnit.MILLIS);
      trigger("{\"at\":\"" + at + "\"}", "\"overlap\":\"skip\"");
    } while (Instant.now().isAfter(at));

    Assignment taken = app.worker().take();

    assertThat(Instant.parse(taken.fireTime())).isEqualTo(at);
    assertThat(Instant.parse(app.instance(id(taken)).getString("startedAt"))).isAfterOrEqualTo(at);
    assertThat(nextFireTime()).isNull();
    assertThat(app.instancesOf("job")).hasSize(1);
  }

  @Test
  void delaysDueTimeByJitterWithoutChangingFireTime() {
    trigger("{\"every\":\"PT1S\",\"jitter\":\"PT0.9S\"}", "\"overlap\":\"allow\"");

    awaitInstances(all -> !all.isEmpty());
    Json instance = app.instance((String) oldestFirst().get(0).get("id"));

    Instant fireTime = Instant.parse(instance.getString("fireTime"));
    assertThat(fireTime).isEqualTo(Instant.parse(next("2000-01-01T00:00:00Z").get(0)));
    assertThat(Instant.parse(instance.getString("dueAt")))
        .isBetween(fireTime, fireTime.plusMillis(899));
  }

  private void trigger(String trigger, String member) {
    app.withJob(
        "job", "{\"processor\":{\"type\":\"noop\"},\"trigger\":" + trigger + "," + member + "}");
  }

  private String nextFireTime() {
    return app.getJob("job").as(Json.class).getString("status.nextFireTime");
  }

  private List<String> next(String from) {
    return app.asViewer()
        .get(app.path("/jobs/job/fire-times?from=" + from))
        .as(Json.class)
        .getStrings("fireTimes");
  }

  private List<Map<String, Object>> awaitInstances(Predicate<List<Map<String, Object>>> condition) {
    return TestApp.eventually().until(() -> app.instancesOf("job"), condition);
  }

  private List<Map<String, Object>> oldestFirst() {
    List<Map<String, Object>> instances = app.instancesOf("job");
    Collections.reverse(instances);
    return instances;
  }

  private static List<Instant> fireTimes(List<Map<String, Object>> instances) {
    return instances.stream()
        .map(instance -> Instant.parse((String) instance.get("fireTime")))
        .sorted()
        .toList();
  }

  private static String id(Assignment assignment) {
    return Long.toString(assignment.instance());
  }
}
