package dev.orrery.scheduler.dispatch;

import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells lost hints from late ones. A query can see rows that were committed just before their hint,
 * so a lane that it finds ready counts as forgotten only if no hint follows within {@link
 * #PATIENCE}. A lane whose hint came, but whose claims cannot afford to look at all, does not
 * count.
 *
 * <p>Confined to the thread of the due-work loop. Hints cost no more for it: lanes count them
 * anyway.
 */
final class LostHintDetector {
  /** A hint follows its commit at once, unless the process gets no processor time. */
  static final Duration PATIENCE = Duration.ofMillis(500);

  private final Ticker ticker;
  private Map<Lane, Long> asked = Map.of();
  private List<Found> found = new ArrayList<>();

  LostHintDetector(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * A lane that was found ready.
   *
   * @param hints the lane's count if only the hint of the query itself has come
   */
  private record Found(Lane lane, long hints, long atNanos) {}

  /** The next query asks for these. */
  void ask(Collection<Lane> sleeping) {
    asked =
        sleeping.stream()
            .filter(lane -> !lane.awaitsLookAtAll())
            .collect(Collectors.toMap(lane -> lane, Lane::hints));
  }

  /** The query has found these ready; each of them gets one hint for it. */
  void found(Collection<Integer> ids) {
    long now = ticker.nanos();
    Set<Integer> ready = Set.copyOf(ids);
    asked.forEach(
        (lane, hints) -> {
          if (ready.contains(lane.id())) {
            found.add(new Found(lane, hints + 1, now));
          }
        });
  }

  /** Returns how many lanes were ready without a hint; counts each once. */
  int forgotten() {
    long now = ticker.nanos();
    Map<Boolean, List<Found>> byAge =
        found.stream()
            .collect(Collectors.partitioningBy(one -> now - one.atNanos() >= PATIENCE.toNanos()));
    found = new ArrayList<>(byAge.get(false));
    return (int) byAge.get(true).stream().filter(one -> one.lane().hints() == one.hints()).count();
  }
}
