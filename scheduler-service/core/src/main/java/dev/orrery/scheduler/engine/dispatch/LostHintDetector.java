package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.scheduler.base.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Distinguishes lost hints from late ones. The periodic query can see rows that were committed just
 * before their hint, so a lane that it finds ready counts as found late only if no hint follows
 * within {@link #HINT_TIMEOUT}. A lane that was woken, and whose full scan is too expensive for
 * now, does not count.
 *
 * <p>Confined to the thread of the due-work loop. Hints cost nothing extra: lanes count their
 * wake-ups anyway.
 */
final class LostHintDetector {
  /**
   * The time for a hint to follow its commit, even if the process gets no processor time at first.
   * A longer time would hide more lost hints, because another hint can wake the lane.
   */
  static final Duration HINT_TIMEOUT = Duration.ofSeconds(2);

  private final Ticker ticker;
  private Map<Lane, Long> queried = Map.of();
  private List<FoundLane> found = new ArrayList<>();

  LostHintDetector(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * A lane that the query found ready.
   *
   * @param wakeUps the wake-ups of the lane if only the hint of the query itself has come
   */
  private record FoundLane(Lane lane, long wakeUps, long atNanos) {}

  /** Records the lanes of the next query. */
  void onQuery(Collection<Lane> idle) {
    queried =
        idle.stream()
            .filter(lane -> !lane.awaitsFullScan())
            .collect(Collectors.toMap(lane -> lane, Lane::wakeUps));
  }

  /** Records the lanes that the query found ready. Each of them is woken once for that. */
  void onFound(Collection<Integer> ids) {
    long now = ticker.nanos();
    Set<Integer> ready = Set.copyOf(ids);
    queried.forEach(
        (lane, wakeUps) -> {
          if (ready.contains(lane.id())) {
            found.add(new FoundLane(lane, wakeUps + 1, now));
          }
        });
  }

  /** Returns how many lanes were ready without a hint; counts each once. */
  int lostHints() {
    long now = ticker.nanos();
    Map<Boolean, List<FoundLane>> byAge =
        found.stream()
            .collect(
                Collectors.partitioningBy(one -> now - one.atNanos() >= HINT_TIMEOUT.toNanos()));
    found = new ArrayList<>(byAge.get(false));
    return (int)
        byAge.get(true).stream().filter(one -> one.lane().wakeUps() == one.wakeUps()).count();
  }
}
