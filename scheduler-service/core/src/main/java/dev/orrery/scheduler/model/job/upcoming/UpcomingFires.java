package dev.orrery.scheduler.model.job.upcoming;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The next fires of several triggers, by time. This is a pure rule: each trigger adds its fires in
 * turn, so a call computes only the fire times that it lists, plus one for each trigger.
 *
 * @param items by fire time, then by name
 * @param more whether the span has fires that are not listed
 */
record UpcomingFires(List<Item> items, boolean more) {
  /**
   * The maximum number of fires of one job, so that a job that fires each second leaves room for
   * others.
   */
  static final int MAX_OF_A_JOB = 10;

  /**
   * One fire.
   *
   * @param more true for the last listed fire of a job that has further fires in the span
   */
  record Item(String job, Instant at, boolean more) {}

  private record Fire(UpcomingTrigger upcoming, Instant at, int number) {
    String job() {
      return upcoming.job();
    }
  }

  /**
   * @param triggers the triggers with the earliest next fires, more than {@code limit} unless these
   *     are all
   * @param now fire times up to this instant are due; each trigger has at most one of them
   * @param until the last fire time that counts
   */
  static UpcomingFires of(
      Collection<UpcomingTrigger> triggers, Instant now, Instant until, int limit) {
    PriorityQueue<Fire> next =
        new PriorityQueue<>(Comparator.comparing(Fire::at).thenComparing(Fire::job));
    triggers.stream()
        .filter(trigger -> !trigger.nextFireAt().isAfter(until))
        .forEach(trigger -> next.add(new Fire(trigger, trigger.nextFireAt(), 1)));
    List<Item> items = new ArrayList<>();
    boolean anyCut = false;
    while (!next.isEmpty() && items.size() < limit) {
      Fire fire = next.remove();
      Optional<Fire> following = following(fire, now).filter(later -> !later.at().isAfter(until));
      boolean cut = following.isPresent() && fire.number() == MAX_OF_A_JOB;
      items.add(new Item(fire.job(), fire.at(), cut));
      anyCut |= cut;
      if (!cut) {
        following.ifPresent(next::add);
      }
    }
    return new UpcomingFires(items, anyCut || !next.isEmpty());
  }

  private static Optional<Fire> following(Fire fire, Instant now) {
    Instant after = fire.at().isBefore(now) ? now : fire.at();
    return fire.upcoming()
        .following(after)
        .map(at -> new Fire(fire.upcoming(), at, fire.number() + 1));
  }
}
