package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.model.job.document.DailyWindowDocument;
import dev.orrery.scheduler.model.job.document.TriggerDocument;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TriggerStateTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void schedulesCronAtNextTime() {
    TriggerState state = TriggerState.written(cron("0 30 * * * *"), true, NOON);

    assertThat(state).isEqualTo(new TriggerState(at("12:30"), NOON, null, null));
  }

  @Test
  void anchorsFixedRateAtCreationAndFiresOnePeriodLater() {
    assertThat(TriggerState.written(every(HOUR, null, null), true, NOON))
        .isEqualTo(new TriggerState(at("13:00"), NOON, null, null));
  }

  @Test
  void anchorsAndFiresFixedRateAtGivenStart() {
    assertThat(TriggerState.written(every(HOUR, at("14:00"), at("20:00")), true, NOON))
        .isEqualTo(new TriggerState(at("14:00"), at("14:00"), at("20:00"), null));
  }

  @Test
  void firesNewFixedDelayImmediately() {
    assertThat(TriggerState.written(delay(HOUR), true, NOON))
        .isEqualTo(new TriggerState(NOON, NOON, null, HOUR));
  }

  @Test
  void schedulesOneTimeTriggerOnlyWhenItsTimeIsInFuture() {
    assertThat(TriggerState.written(once(at("13:00")), true, NOON).nextFireAt())
        .isEqualTo(at("13:00"));
    assertThat(TriggerState.written(once(at("11:00")), true, NOON).nextFireAt()).isNull();
  }

  @Test
  void clearsOnlyNextFireOfDisabledTrigger() {
    assertThat(TriggerState.written(every(HOUR, null, at("20:00")), false, NOON))
        .isEqualTo(new TriggerState(null, NOON, at("20:00"), null));
  }

  @Test
  void keepsFixedRateAnchorWhenEndIsEdited() {
    TriggerDocument before = every(HOUR, null, null);
    TriggerDocument after = every(HOUR, null, at("20:00"));
    TriggerState old = TriggerState.written(before, true, NOON);

    TriggerState edited = edited(old, before, after, true, at("12:40"));

    assertThat(edited).isEqualTo(new TriggerState(at("13:00"), NOON, at("20:00"), null));
  }

  @Test
  void resetsAnchorWhenPeriodIsEdited() {
    TriggerDocument before = every(HOUR, null, null);
    TriggerDocument after = every(Duration.ofMinutes(10), null, null);
    TriggerState old = TriggerState.written(before, true, NOON);

    assertThat(edited(old, before, after, true, at("12:40")))
        .isEqualTo(new TriggerState(at("12:50"), at("12:40"), null, null));
  }

  @Test
  void resetsAnchorWhenStartIsEdited() {
    TriggerDocument before = every(HOUR, at("12:15"), null);
    TriggerDocument after = every(HOUR, at("12:45"), null);
    TriggerState old = TriggerState.written(before, true, NOON);

    assertThat(edited(old, before, after, true, at("12:40")))
        .isEqualTo(new TriggerState(at("12:45"), at("12:45"), null, null));
  }

  @Test
  void firesReenabledFixedRateBeforeTriggerEnd() {
    TriggerDocument document = every(HOUR, null, at("13:30"));
    TriggerState disabled = TriggerState.written(document, false, NOON);

    assertThat(edited(disabled, document, document, true, at("12:40")).nextFireAt())
        .isEqualTo(at("13:00"));
  }

  @Test
  void keepsAnchorOfReenabledFixedRate() {
    TriggerDocument document = every(HOUR, null, null);
    TriggerState disabled =
        edited(TriggerState.written(document, true, NOON), document, document, false, at("12:10"));
    assertThat(disabled).isEqualTo(new TriggerState(null, NOON, null, null));

    assertThat(edited(disabled, document, document, true, at("14:40")))
        .isEqualTo(new TriggerState(at("15:00"), NOON, null, null));
  }

  @Test
  void firesEditedOrResumedWindowAtItsNextFireTime() {
    TriggerDocument before = within("09:00", "12:30");
    TriggerDocument after = within("12:45", "18:30");
    TriggerState old = TriggerState.written(before, true, NOON);
    assertThat(old.nextFireAt()).isEqualTo(Instant.parse("2026-03-02T09:00:00Z"));

    TriggerState edited = edited(old, before, after, true, at("12:40"));
    assertThat(edited.nextFireAt()).isEqualTo(at("12:45"));
    TriggerState paused = edited(edited, after, after, false, at("13:00"));
    assertThat(paused.nextFireAt()).isNull();
    assertThat(edited(paused, after, after, true, at("15:00")).nextFireAt()).isEqualTo(at("15:45"));
  }

  @Test
  void keepsAnchorWhenWindowIsRemoved() {
    TriggerDocument before = within("09:00", "18:30");
    TriggerState old = TriggerState.written(before, true, NOON);

    assertThat(edited(old, before, every(HOUR, null, null), true, at("12:40")))
        .isEqualTo(new TriggerState(at("13:00"), NOON, null, null));
  }

  @Test
  void waitsForEndOfActiveFixedDelayRunAfterEdit() {
    TriggerDocument before = delay(HOUR);
    TriggerDocument after = delay(Duration.ofMinutes(5));
    TriggerState old = new TriggerState(null, NOON, null, HOUR);

    TriggerState edited = old.edited(before, after, true, true, at("12:40"));

    assertThat(edited.nextFireAt()).isNull();
    assertThat(edited.delay()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void firesFixedDelayWithoutActiveRunImmediatelyAfterEdit() {
    TriggerDocument before = delay(HOUR);
    TriggerDocument after = delay(Duration.ofMinutes(5));
    TriggerState old = new TriggerState(at("13:00"), NOON, null, HOUR);

    assertThat(edited(old, before, after, true, at("12:40")).nextFireAt()).isEqualTo(at("12:40"));
  }

  @Test
  void resetsTriggerStateOnTypeChange() {
    TriggerDocument before = every(HOUR, null, null);
    TriggerDocument after = cron("0 30 * * * *");
    TriggerState old = TriggerState.written(before, true, NOON);

    assertThat(edited(old, before, after, true, at("12:40")))
        .isEqualTo(new TriggerState(at("13:30"), at("12:40"), null, null));
  }

  private static TriggerState edited(
      TriggerState old,
      TriggerDocument before,
      TriggerDocument after,
      boolean enabled,
      Instant now) {
    return old.edited(before, after, enabled, false, now);
  }

  private static Instant at(String time) {
    return Instant.parse("2026-03-01T" + time + ":00Z");
  }

  private static TriggerDocument cron(String cron) {
    return new TriggerDocument(cron, "UTC", null, null, null, null, null, null, null, null);
  }

  private static TriggerDocument every(Duration period, Instant from, Instant until) {
    return new TriggerDocument(null, null, null, period, null, null, null, from, until, null);
  }

  private static TriggerDocument within(String from, String to) {
    return new TriggerDocument(
        null,
        "UTC",
        null,
        HOUR,
        new DailyWindowDocument(from, to, null),
        null,
        null,
        null,
        null,
        null);
  }

  private static TriggerDocument delay(Duration delay) {
    return new TriggerDocument(null, null, null, null, null, delay, null, null, null, null);
  }

  private static TriggerDocument once(Instant at) {
    return new TriggerDocument(null, null, null, null, null, null, at, null, null, null);
  }
}
