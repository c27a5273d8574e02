package dev.orrery.scheduler.instance;

import dev.orrery.scheduler.instance.WaitingCountsView.Oldest;
import dev.orrery.scheduler.instance.WaitingCountsView.Reason;
import dev.orrery.scheduler.rest.SharedAnswer;
import dev.orrery.scheduler.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts waiting instances by their reason; callers share a count. */
@ApplicationScoped
class WaitingCountService {
  private static final Duration SHARED = Duration.ofSeconds(3);
  private static final int MOST_SHARED = 1_000;

  private final WaitingCountStore counts;
  private final InstanceStore instances;
  private final InstantSource clock;
  private final SharedAnswer<Integer, WaitingCountsView> answers;

  WaitingCountService(
      WaitingCountStore counts, InstanceStore instances, InstantSource clock, Ticker ticker) {
    this.counts = counts;
    this.instances = instances;
    this.clock = clock;
    this.answers = new SharedAnswer<>(SHARED, MOST_SHARED, ticker);
  }

  WaitingCountsView count(int app) {
    return answers.get(app, this::countNow);
  }

  private WaitingCountsView countNow(int app) {
    List<WaitingGroup> groups = counts.count(app);
    Map<Integer, WaitingFor> ready =
        instances.readyButWaiting(
            groups.stream()
                .filter(group -> group.kind().state() == InstanceState.READY)
                .map(WaitingGroup::lane)
                .collect(Collectors.toSet()));
    return view(clock.instant(), groups, ready);
  }

  static WaitingCountsView view(
      Instant asOf, List<WaitingGroup> groups, Map<Integer, WaitingFor> ready) {
    Map<WaitingFor, Reason> reasons = new EnumMap<>(WaitingFor.class);
    for (WaitingGroup group : groups) {
      WaitingFor waitingFor = group.reason(ready.get(group.lane()));
      Oldest oldest = new Oldest(Long.toString(group.oldest()), group.job(), group.since());
      reasons.merge(
          waitingFor,
          new Reason(waitingFor, group.count(), group.estimated(), oldest),
          WaitingCountService::sum);
    }
    return new WaitingCountsView(
        asOf,
        reasons.values().stream().mapToLong(Reason::count).sum(),
        reasons.values().stream().anyMatch(Reason::estimated),
        reasons.values().stream()
            .sorted(Comparator.comparingLong(Reason::count).reversed())
            .toList());
  }

  private static Reason sum(Reason one, Reason other) {
    return new Reason(
        one.waitingFor(),
        one.count() + other.count(),
        one.estimated() || other.estimated(),
        one.oldest().since().isAfter(other.oldest().since()) ? other.oldest() : one.oldest());
  }
}
