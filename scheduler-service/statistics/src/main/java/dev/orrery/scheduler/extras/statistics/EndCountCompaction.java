package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.base.housekeeping.HousekeepingChore;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.housekeeping.HousekeepingSource;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Adds up end counts: new rows, one for each statement, to counts per minute, and old counts to
 * counts per longer span.
 */
@ApplicationScoped
public class EndCountCompaction implements HousekeepingSource {
  private static final Limits LIMITS = new Limits(20_000, Duration.ofSeconds(5));

  private final EndCountStore store;
  private final Ticker ticker;
  private final Limits limits;

  @Inject
  EndCountCompaction(EndCountStore store, Ticker ticker) {
    this(store, ticker, LIMITS);
  }

  EndCountCompaction(EndCountStore store, Ticker ticker, Limits limits) {
    this.store = store;
    this.ticker = ticker;
    this.limits = limits;
  }

  /**
   * The limits of one run.
   *
   * @param rows the most rows of one transaction
   * @param run no further transaction begins after this time
   */
  record Limits(int rows, Duration run) {}

  /** Adds up the counts of statements; blocks. Does nothing while another replica does it. */
  public void compact() {
    repeat(() -> store.compact(limits.rows()));
  }

  /** Adds up counts that are too old for their span, and deletes the oldest; blocks. */
  public void age() {
    for (EndCountSpan span : EndCountSpan.values()) {
      span.longer()
          .ifPresentOrElse(
              longer -> repeat(() -> store.lengthen(span, longer, limits.rows())),
              () -> store.expire(span));
    }
  }

  private void repeat(BooleanSupplier step) {
    long began = ticker.nanos();
    boolean more = true;
    while (more && ticker.nanos() - began < limits.run().toNanos()) {
      more = step.getAsBoolean();
    }
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(
        new HousekeepingChore("age of end counts", Schedule.EVERY_MINUTE, this::age),
        new HousekeepingChore("end counts", Schedule.EVERY_TEN_SECONDS, this::compact));
  }
}
