package dev.orrery.scheduler.base.housekeeping;

import java.util.List;

/** A bean with periodic maintenance, which {@link HousekeepingLoop} finds and runs. */
public interface HousekeepingSource {
  /** Returns the chores; those of one schedule run in this order. */
  List<HousekeepingChore> chores(RetentionConfig retention);
}
