package dev.orrery.trigger;

import static java.util.Objects.requireNonNull;

import dev.orrery.trigger.cron.CronExpression;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** A rule for the fire times of one job. */
public sealed interface Trigger {

  /**
   * The longest delay of a start after its fire time, exclusive, in whole milliseconds; zero means
   * no jitter. A delayed start may be after {@code until}; the fire time may not.
   */
  Duration jitter();

  /**
   * Returns the first fire time strictly after an instant; empty if there are no more.
   *
   * @param after the last fire time, or any other instant; for {@link Delay} the end of the job's
   *     last run
   * @param anchor the result of {@link #firstAnchor} when the trigger was written; only {@link
   *     Every} uses it
   */
  Optional<Instant> next(Instant after, Instant anchor);

  /**
   * Returns the first fire time of a trigger written at this instant; empty if it never fires.
   * Unlike {@link #next}, it includes {@code from} if that equals the time of writing.
   */
  Optional<Instant> first(Instant createdAt);

  /** Returns the anchor to store with a trigger written at this instant. */
  default Instant firstAnchor(Instant createdAt) {
    return createdAt;
  }

  /**
   * Refuses a trigger that never fires. Must be called before a trigger is stored.
   *
   * @throws InvalidTriggerException naming the invalid field, if {@link #first} is empty
   */
  void requireFiresAfter(Instant createdAt);

  /**
   * Refuses an ambiguous trigger instead of guessing its meaning. Must be called before a trigger
   * is stored.
   *
   * @throws InvalidTriggerException naming the field, its meanings and the fix
   */
  default void requireOneMeaning() {}

  /**
   * Runs both checks of a trigger before it is stored.
   *
   * @throws InvalidTriggerException as {@link #requireOneMeaning} and {@link #requireFiresAfter}
   */
  default void requireSound(Instant createdAt) {
    requireOneMeaning();
    requireFiresAfter(createdAt);
  }

  /** A trigger whose fire times can be counted without computing each. */
  sealed interface Counted extends Trigger {
    /** Counts the fire times from {@code from} to {@code until}, exclusive. */
    long count(Instant from, Instant until);
  }

  /**
   * Fires when the wall clock of a zone matches.
   *
   * @param zone the zone of the wall clock
   * @param jitter less than {@link CronExpression#shortestGap}
   */
  record Cron(CronExpression expression, ZoneId zone, FireWindow bounds, Duration jitter)
      implements Counted {

    public Cron {
      requireNonNull(expression);
      requireNonNull(zone);
      requireNonNull(bounds);
      if (!jitter.isZero()) {
        Jitter.require(jitter, expression.shortestGap(), "the shortest gap between fire times");
      }
    }

    @Override
    public Optional<Instant> next(Instant after, Instant anchor) {
      return expression.next(bounds.startAfter(after), zone).filter(bounds::contains);
    }

    @Override
    public long count(Instant from, Instant until) {
      return expression.count(bounds.notBefore(from), bounds.notBehind(until), zone);
    }

    @Override
    public Optional<Instant> first(Instant createdAt) {
      return expression.next(bounds.startOfFirst(createdAt), zone).filter(bounds::contains);
    }

    @Override
    public void requireFiresAfter(Instant createdAt) {
      Instant start = bounds.startOfFirst(createdAt);
      bounds.requireReach(expression.next(start, zone).orElseThrow(() -> neverMatches(start)));
    }

    @Override
    public void requireOneMeaning() {
      expression.requireOneMeaning();
    }

    private InvalidTriggerException neverMatches(Instant start) {
      int year = start.atZone(zone).getYear();
      return new InvalidTriggerException(
          "cron", "The cron expression '" + expression + reason(year));
    }

    private String reason(int year) {
      if (expression.years().nextOrSame(year).isEmpty()) {
        return "' never fires again: its years are past.";
      }
      return expression.years().nextOrSame(year + 1).isEmpty()
          ? "' never fires: nothing matches it in the rest of " + year + ", its last year."
          : "' never fires: nothing matches it within " + SupportedYears.SEARCH_YEARS + " years.";
    }
  }

  /**
   * Fires at a fixed rate, however long runs take: at the anchor plus whole multiples of the
   * period. The anchor is {@code from}, which is also a fire time, or else the time of creation,
   * which is not.
   *
   * @param period elapsed time from PT1S to P3650D, in whole milliseconds
   * @param jitter less than the period
   */
  record Every(Duration period, FireWindow bounds, Duration jitter) implements Trigger {

    public Every {
      requireNonNull(bounds);
      IntervalRule.require("every", period);
      Jitter.require(jitter, period, "'every'");
    }

    @Override
    public Instant firstAnchor(Instant createdAt) {
      return bounds.from() == null ? createdAt : bounds.from();
    }

    @Override
    public Optional<Instant> next(Instant after, Instant anchor) {
      return Optional.of(unending(bounds.startAfter(after), anchor)).filter(bounds::contains);
    }

    @Override
    public Optional<Instant> first(Instant createdAt) {
      return Optional.of(unendingFirst(createdAt)).filter(bounds::contains);
    }

    @Override
    public void requireFiresAfter(Instant createdAt) {
      bounds.requireReach(unendingFirst(createdAt));
    }

    private Instant unendingFirst(Instant createdAt) {
      return unending(bounds.startOfFirst(createdAt), firstAnchor(createdAt));
    }

    private Instant unending(Instant after, Instant anchor) {
      if (after.isBefore(anchor)) {
        return bounds.from() == null ? anchor.plus(period) : anchor;
      }
      long past = Duration.between(anchor, after).toMillis() / period.toMillis();
      return anchor.plusMillis((past + 1) * period.toMillis());
    }
  }

  /**
   * Fires at a fixed rate in windows of the local day, each of which begins anew.
   *
   * @param period elapsed time from PT1S to P3650D, in whole milliseconds, which has passed when
   *     the next window starts
   * @param jitter less than the period
   */
  record EveryWithin(Duration period, DailyWindow window, FireWindow bounds, Duration jitter)
      implements Counted {

    public EveryWithin {
      requireNonNull(bounds);
      IntervalRule.require("every", period);
      window.requireNewStart(period);
      Jitter.require(jitter, period, "'every'");
    }

    @Override
    public Optional<Instant> next(Instant after, Instant anchor) {
      return Optional.of(window.next(bounds.startAfter(after), period)).filter(bounds::contains);
    }

    @Override
    public long count(Instant from, Instant until) {
      return window.count(bounds.notBefore(from), bounds.notBehind(until), period);
    }

    @Override
    public Optional<Instant> first(Instant createdAt) {
      return Optional.of(unendingFirst(createdAt)).filter(bounds::contains);
    }

    @Override
    public void requireFiresAfter(Instant createdAt) {
      bounds.requireReach(unendingFirst(createdAt));
    }

    private Instant unendingFirst(Instant createdAt) {
      return window.next(bounds.startOfFirst(createdAt), period);
    }
  }

  /**
   * Fires a fixed time after the end of the job's last run. First fires at {@code from}, or at its
   * creation if that is later.
   *
   * @param delay elapsed time from PT1S to P3650D, in whole milliseconds
   * @param jitter less than the delay
   */
  record Delay(Duration delay, FireWindow bounds, Duration jitter) implements Trigger {

    public Delay {
      requireNonNull(bounds);
      IntervalRule.require("delay", delay);
      Jitter.require(jitter, delay, "'delay'");
    }

    @Override
    public Optional<Instant> next(Instant after, Instant anchor) {
      return Optional.of(notBeforeFrom(SupportedYears.clamp(after).plus(delay)))
          .filter(bounds::contains);
    }

    @Override
    public Optional<Instant> first(Instant createdAt) {
      return Optional.of(notBeforeFrom(createdAt)).filter(bounds::contains);
    }

    @Override
    public void requireFiresAfter(Instant createdAt) {
      bounds.requireReach(notBeforeFrom(createdAt));
    }

    private Instant notBeforeFrom(Instant fireTime) {
      return bounds.from() != null && bounds.from().isAfter(fireTime) ? bounds.from() : fireTime;
    }
  }

  /**
   * Fires once.
   *
   * @param jitter less than a day
   */
  record At(Instant at, Duration jitter) implements Trigger {
    public At {
      SupportedYears.require("at", at);
      Jitter.require(jitter, Jitter.LIMIT_OF_ONE_FIRE, "a day");
    }

    @Override
    public Optional<Instant> next(Instant after, Instant anchor) {
      return at.isAfter(after) ? Optional.of(at) : Optional.empty();
    }

    @Override
    public Optional<Instant> first(Instant createdAt) {
      return next(createdAt, firstAnchor(createdAt));
    }

    @Override
    public void requireFiresAfter(Instant createdAt) {
      if (!at.isAfter(createdAt)) {
        throw new InvalidTriggerException(
            "at", "The trigger never fires: 'at', " + at + ", is not after " + createdAt + ".");
      }
    }
  }
}
