package dev.orrery.scheduler.extras.statistics;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;
import static java.util.stream.Collectors.toSet;

import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.extras.statistics.WaitingCountsView.Oldest;
import dev.orrery.scheduler.extras.statistics.WaitingCountsView.Reason;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.instance.WaitingFor;
import dev.orrery.scheduler.model.instance.WaitingReasonStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts waiting instances by their reason. Callers share a count for {@link #CACHE_TIME}. */
@ApplicationScoped
class WaitingCountService {
  private static final Duration CACHE_TIME = Duration.ofSeconds(3);
  private static final int MAX_SHARED = 1_000;

  private final WaitingCountStore counts;
  private final WaitingReasonStore reasons;
  private final InstantSource clock;
  private final ReadThroughCache<Integer, WaitingCountsView> answers;

  WaitingCountService(
      WaitingCountStore counts, WaitingReasonStore reasons, InstantSource clock, Ticker ticker) {
    this.counts = counts;
    this.reasons = reasons;
    this.clock = clock;
    this.answers = new ReadThroughCache<>(CACHE_TIME, MAX_SHARED, ticker);
  }

  WaitingCountsView count(int app) {
    return answers.get(app, this::countNow);
  }

  private WaitingCountsView countNow(int app) {
    List<WaitingGroup> groups =
        counts.count(new WaitingCountStore.Scope(app, reasons.fullLane(app).orElse(null)));
    return view(clock.instant(), groups, reasons.readyButWaiting(largestLanes(groups)));
  }

  /**
   * Returns the lanes with the most ready instances, at most {@link WaitingReasonStore#MAX_LANES}.
   */
  static Set<Integer> largestLanes(List<WaitingGroup> groups) {
    return groups.stream()
        .filter(WaitingCountService::isReady)
        .collect(groupingBy(WaitingGroup::lane, summingLong(WaitingGroup::count)))
        .entrySet()
        .stream()
        .sorted(Map.Entry.<Integer, Long>comparingByValue().reversed())
        .limit(WaitingReasonStore.MAX_LANES)
        .map(Map.Entry::getKey)
        .collect(toSet());
  }

  private static boolean isReady(WaitingGroup group) {
    return group.kind().state() == InstanceState.READY;
  }

  /**
   * Adds up groups of the same reason.
   *
   * @param ready the reasons by lane; ready instances of other lanes are counted under the most
   *     frequent reason, as an estimate
   */
  static WaitingCountsView view(
      Instant asOf, List<WaitingGroup> groups, Map<Integer, WaitingFor> ready) {
    WaitingFor mostFrequent = mostFrequent(groups, ready);
    Map<WaitingFor, Reason> reasons = new EnumMap<>(WaitingFor.class);
    for (WaitingGroup group : groups) {
      boolean unknown = isReady(group) && !ready.containsKey(group.lane());
      WaitingFor waitingFor = group.reason(unknown ? mostFrequent : ready.get(group.lane()));
      Oldest oldest = new Oldest(Long.toString(group.oldest()), group.job(), group.since());
      reasons.merge(
          waitingFor,
          new Reason(waitingFor, group.count(), group.estimated() || unknown, oldest),
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

  /** The reason of most of the ready instances; null if no lane is known. */
  private static WaitingFor mostFrequent(
      List<WaitingGroup> groups, Map<Integer, WaitingFor> ready) {
    return groups.stream()
        .filter(group -> isReady(group) && ready.containsKey(group.lane()))
        .collect(groupingBy(group -> ready.get(group.lane()), summingLong(WaitingGroup::count)))
        .entrySet()
        .stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(null);
  }

  private static Reason sum(Reason one, Reason other) {
    return new Reason(
        one.waitingFor(),
        one.count() + other.count(),
        one.estimated() || other.estimated(),
        one.oldest().since().isAfter(other.oldest().since()) ? other.oldest() : one.oldest());
  }
}
