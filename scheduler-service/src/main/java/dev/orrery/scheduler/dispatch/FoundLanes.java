package dev.orrery.scheduler.dispatch;

import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Tells lost hints from late ones. A look may see what was committed just before its hint is given,
 * so a lane that it finds ready counts as forgotten only if no hint has come a while later.
 *
 * <p>Owned by the thread that looks. Costs those who give hints nothing: lanes count hints anyway.
 */
final class FoundLanes {
  /**
   * A hint is given right after its commit; it is later only while the process has no processor.
   */
  static final Duration PATIENCE = Duration.ofMillis(500);

  private final Ticker ticker;
  private Map<Lane, Long> asked = Map.of();
  private List<Found> found = new ArrayList<>();

  FoundLanes(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * A lane in which a look found something ready.
   *
   * @param hints that the lane has had if none but the look's own has come
   */
  private record Found(Lane lane, long hints, long atNanos) {}

  /** The look that follows asks for these. */
  void ask(Collection<Lane> sleeping) {
    asked = sleeping.stream().collect(Collectors.toMap(lane -> lane, Lane::hints));
  }

  /** The look has found something ready in these, which is told to each of them once. */
  void found(Collection<Integer> ids) {
    long now = ticker.nanos();
    asked.forEach(
        (lane, hints) -> {
          if (ids.contains(lane.id())) {
            found.add(new Found(lane, hints + 1, now));
          }
        });
  }

  /** How many lanes no hint had told of; each is counted once. */
  int forgotten() {
    long now = ticker.nanos();
    Map<Boolean, List<Found>> byAge =
        found.stream()
            .collect(Collectors.partitioningBy(one -> now - one.atNanos() >= PATIENCE.toNanos()));
    found = new ArrayList<>(byAge.get(false));
    return (int) byAge.get(true).stream().filter(one -> one.lane().hints() == one.hints()).count();
  }
}
