package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.command.BulkCancellation;
import dev.orrery.scheduler.model.instance.InstanceCounters;
import dev.orrery.scheduler.model.job.document.JobDocumentCodec;
import dev.orrery.scheduler.testkit.CapturedLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The transaction that fires due triggers, also of jobs with active instances. */
@QuarkusTest
class FireDueTest extends StoreServiceTest {
  private static final Instant NINE = Instant.parse("2026-01-01T09:00:00Z");
  private static final String HISTORY =
      """
      select concat_ws(' ', fire_time::time, state, reason, skipped_count)
      from instance_history order by fire_time, id
      """;

  @Inject JobDocumentCodec documents;
  @Inject BulkCancellation cancels;

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final HintBus hints = new HintBus();
  private final SettableTicker asideTicker = new SettableTicker();
  private final TriggerQuarantine aside = new TriggerQuarantine(registry, hints, asideTicker);

  @Test
  void firesEachOfManyDueTriggersOnce() {
    StoredJob first = hourly("\"misfire\":\"skip\"");
    database.update(
        """
        with made as (
          insert into job (app_id, name, version_id)
          select ?, 'job-' || n, new_instance_id() from generate_series(2, 2500) n
          returning id, version_id
        ), versions as (
          insert into job_version (id, job_id, version, document, lane_id, priority)
          select made.version_id, made.id, 1, v.document, v.lane_id, 5
          from made, job_version v where v.id = ?
        )
        insert into trigger (job_id, next_fire_at, anchor_at)
        select id, '2026-01-01T09:00:00Z', '2025-01-01' from made
        """,
        first.app(),
        first.version());

    assertThat(fireAt(NINE)).isEqualTo(2000);
    assertThat(fireAt(NINE)).isEqualTo(500);
    assertThat(fireAt(NINE)).isZero();

    assertThat(database.number("select count(distinct job_id) from instance")).isEqualTo(2500);
    assertThat(database.number("select count(*) from instance")).isEqualTo(2500);
  }

  @Test
  void startsLastAndCancelsEarlierFiresUnderCancelRunning() {
    StoredJob job =
        hourly(
            "\"overlap\":\"cancel-running\",\"misfire\":\"fire-all\",\"catchUpWindow\":\"PT24H\"");
    job.running(1, database.session(job));
    job.instance(2);

    assertThat(fireAt(NINE.plusSeconds(2 * 3600))).isOne();

    assertThat(database.texts("select fire_time::time from instance where fire_time is not null"))
        .containsExactly("11:00:00");
    assertThat(database.texts(HISTORY))
        .containsExactly("09:00:00 13 REPLACED", "10:00:00 13 REPLACED", "13 REPLACED");
    assertThat(database.numbers("select id from instance where cancel_requested_at is not null"))
        .containsExactly(1L);
    assertThat(database.texts("select next_fire_at::time from trigger"))
        .containsExactly("12:00:00");
  }

  /** One transaction cancels a bounded number, and others come between. */
  @Test
  void keepsTriggerDueUntilAllReplacedInstancesAreCanceled() {
    StoredJob job = hourly("\"overlap\":\"cancel-running\"");
    job.instances(1, 251);
    hourly("\"misfire\":\"skip\"");

    assertThat(fireAt(NINE)).isEqualTo(2);
    assertThat(database.number("select count(*) from instance where job_id = ?", job.id())).isOne();
    assertThat(
            database.numbers(
                "select job_id from trigger where next_fire_at = ?::timestamptz", NINE.toString()))
        .containsExactly(job.id());

    assertThat(fireAt(NINE)).isOne();
    assertThat(database.texts("select fire_time::time from instance where job_id = " + job.id()))
        .containsExactly("09:00:00");
    assertThat(database.number("select count(*) from instance_history where reason = 'REPLACED'"))
        .isEqualTo(251);
  }

  static Stream<String> unreadable() {
    return Stream.of(
        "{trigger,zone}=>\"Mars/Base\"",
        "{trigger,moonPhase}=>\"full\"",
        "{overlap}=>\"wait-for-friday\"",
        "{misfire}=>99",
        "{trigger}=>\"daily\"");
  }

  @ParameterizedTest
  @MethodSource("unreadable")
  void firesRemainingTriggersDespiteUnreadableDocument(String change) {
    StoredJob bad = hourly("\"misfire\":\"skip\"");
    spoil(bad, change);
    StoredJob good = hourly("\"misfire\":\"skip\"");

    try (CapturedLog log = CapturedLog.of(FireService.class)) {
      assertThat(fireAt(NINE)).isOne();

      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARN Skipping triggers of jobs that this release cannot read")
          .containsPattern("app=\\S+ job=job version=1: \\S+");
    }
    assertThat(database.numbers("select job_id from instance")).containsExactly(good.id());
    assertThat(database.texts("select next_fire_at::time from trigger where job_id = " + bad.id()))
        .containsExactly("09:00:00");
    assertThat(aside.jobs()).containsExactly(bad.id());
    assertThat(registry.get("orrery.set.aside").tag("kind", "trigger").gauge().value()).isOne();
  }

  /** Its instances wait for a worker of a release that knows the processor. */
  @Test
  void firesJobWithUnknownProcessor() {
    StoredJob job = hourly("\"misfire\":\"skip\"");
    spoil(job, "{processor}=>{\"type\":\"quantum\"}");

    assertThat(fireAt(NINE)).isOne();

    assertThat(database.numbers("select job_id from instance")).containsExactly(job.id());
  }

  @Test
  void excludesTriggerWithoutRule() {
    StoredJob job = database.job().trigger("'2026-01-01T09:00:00Z'");

    fireAt(NINE);

    assertThat(aside.jobs()).containsExactly(job.id());
  }

  @Test
  void retriesUnreadableTriggerAfterOneMinuteOrEdit() {
    StoredJob bad = hourly("\"misfire\":\"skip\"");
    spoil(bad, "{trigger}=>\"daily\"");
    fireAt(NINE);
    assertThat(aside.jobs()).isNotEmpty();

    asideTicker.advance(Duration.ofSeconds(60));
    assertThat(aside.jobs()).isEmpty();

    fireAt(NINE);
    assertThat(aside.jobs()).isNotEmpty();
    hints.jobsChanged();
    assertThat(aside.jobs()).isEmpty();
  }

  @Test
  void excludesUnreadableTriggersFromBatch() {
    StoredJob bad = hourly("\"misfire\":\"skip\"");
    spoil(bad, "{trigger}=>\"daily\"");
    fireAt(NINE);

    FireStore store = new FireStore(documents);
    FireStore.Due due =
        database
            .hotAt(NINE)
            .transaction(connection -> store.lockOnTime(connection, aside.jobs(), 1));

    assertThat(due.unreadable()).isEmpty();
    assertThat(due.triggers()).isEmpty();
  }

  /** As another release may have written it. */
  private void spoil(StoredJob job, String change) {
    int arrow = change.indexOf("=>");
    database.update(
        "update job_version set document = jsonb_set(document, ?::text[], ?::jsonb) where id = ?",
        change.substring(0, arrow),
        change.substring(arrow + 2),
        job.version());
  }

  @Test
  void endsBatchAtTimeLimitAndFiresRemainderNext() {
    hourly("\"misfire\":\"skip\"");
    hourly("\"misfire\":\"skip\"");
    hourly("\"misfire\":\"skip\"");
    Ticker ticker = tickerWithSteps(Duration.ofMillis(80));

    assertThat(fireAt(NINE, ticker)).isEqualTo(2);
    assertThat(fireAt(NINE, ticker)).isOne();
    assertThat(fireAt(NINE, ticker)).isZero();

    assertThat(database.texts("select fire_time::time from instance order by job_id"))
        .containsExactly("09:00:00", "09:00:00", "09:00:00");
  }

  @Test
  void firesAtLeastOneTriggerPerSlowBatch() {
    hourly("\"misfire\":\"skip\"");
    hourly("\"misfire\":\"skip\"");
    Ticker ticker = tickerWithSteps(Duration.ofHours(1));

    assertThat(fireAt(NINE, ticker)).isOne();
    assertThat(fireAt(NINE, ticker)).isOne();
  }

  /** Triggers that become due on time wait for the transaction. */
  @Test
  void limitsTimeForLateTriggers() {
    for (int n = 0; n < 4; n++) {
      hourly("\"misfire\":\"skip\"");
    }
    Ticker ticker = tickerWithSteps(Duration.ofMillis(20));

    assertThat(fireAt(NINE.plusSeconds(10), ticker)).isEqualTo(2);
    assertThat(fireAt(NINE.plusSeconds(10), ticker)).isEqualTo(2);
  }

  /** Each of these jobs may have a hundred instances, and a batch five hundred of these jobs. */
  @Test
  void limitsInstancesCreatedByLateTriggersPerBatch() {
    for (int n = 0; n < 22; n++) {
      database
          .job(
              "\"trigger\":{\"cron\":\"* * * * * *\"},\"overlap\":\"allow\","
                  + "\"misfire\":\"fire-all\",\"catchUpWindow\":\"PT24H\"")
          .trigger("'2026-01-01T09:00:00Z'");
    }

    assertThat(fireAt(NINE.plusSeconds(3600))).isBetween(18, 20);
    assertThat(database.number("select count(*) from instance")).isBetween(1900L, 2200L);
  }

  /** Goes on at each question. */
  private static Ticker tickerWithSteps(Duration step) {
    SettableTicker ticker = new SettableTicker();
    return () -> {
      ticker.advance(step);
      return ticker.nanos();
    };
  }

  private StoredJob hourly(String fields) {
    return database
        .job("\"trigger\":{\"cron\":\"0 0 * * * *\"}," + fields)
        .trigger("'2026-01-01T09:00:00Z'");
  }

  private int fireAt(Instant now) {
    return fireAt(now, new SettableTicker());
  }

  private int fireAt(Instant now, Ticker ticker) {
    return new FireService(
            database.hotAt(now),
            new FireStore(documents),
            cancels,
            hints,
            new FireMetrics(registry),
            InstanceCounters.in(registry),
            aside,
            ticker)
        .fireDue(true);
  }
}
