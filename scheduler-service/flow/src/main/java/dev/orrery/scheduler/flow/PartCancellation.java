package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.quota.FairQueue;
import dev.orrery.scheduler.engine.command.BulkCancellation;
import dev.orrery.scheduler.engine.command.BulkCancellation.Canceled;
import dev.orrery.scheduler.flow.ParentStore.StoppablePart;
import dev.orrery.scheduler.model.instance.EndReason;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Cancels active parts and nodes of parents that stop, step by step, without the locks of the
 * parents. Apps take turns.
 */
@ApplicationScoped
class PartCancellation {
  private static final Logger LOG = Logger.getLogger(PartCancellation.class);

  private final EngineDatabase database;
  private final BulkCancellation cancellation;

  private final FairQueue<Line, Stop> turns = new FairQueue<>();
  private final Set<Queued> queued = new HashSet<>();

  PartCancellation(EngineDatabase database, BulkCancellation cancellation) {
    this.database = database;
    this.cancellation = cancellation;
  }

  /** One step has one reason, because it locks all triggers before the first instance. */
  private record Line(int app, EndReason reason) {}

  /** A parent may have runs to cancel for several reasons. */
  private record Queued(long parent, EndReason reason) {
    static Queued of(Stop stop) {
      return new Queued(stop.parent(), stop.reason());
    }
  }

  synchronized void request(Collection<Stop> stops) {
    for (Stop stop : stops) {
      if (queued.add(Queued.of(stop))) {
        turns.add(new Line(stop.app(), stop.reason()), stop);
      }
    }
  }

  synchronized boolean isEmpty() {
    return queued.isEmpty();
  }

  /** Does one step; blocks. */
  void cancelNext() {
    IsolatedBatch.run(
        take(),
        this::cancel,
        (stop, failure) ->
            LOG.errorf(
                failure,
                "Failed to cancel the parts or nodes of a parent; the periodic check retries: instance=%d",
                stop.parent()));
  }

  private static List<Long> endingNow(List<Stop> stops, List<StoppablePart> parts) {
    Set<Long> flows =
        stops.stream().filter(Stop::endsNow).map(Stop::parent).collect(Collectors.toSet());
    return parts.stream()
        .filter(part -> flows.contains(part.parent()))
        .map(StoppablePart::id)
        .toList();
  }

  private synchronized List<Stop> take() {
    List<Stop> taken = new ArrayList<>();
    while (taken.size() < ParentLimits.MAX_PARENTS_STOPPED) {
      Stop next = turns.next(line -> taken.isEmpty() || line.reason() == taken.get(0).reason());
      if (next == null) {
        break;
      }
      queued.remove(Queued.of(next));
      taken.add(next);
    }
    return taken;
  }

  private void cancel(List<Stop> stops) {
    if (stops.isEmpty()) {
      return;
    }
    int each = ParentLimits.CANCEL_BATCH_SIZE / stops.size();
    List<StoppablePart> parts =
        database.autocommit(connection -> ParentStore.stoppableParts(connection, stops, each));
    if (parts.isEmpty()) {
      return;
    }
    Canceled canceled =
        database.transaction(
            connection -> {
              Canceled changed =
                  cancellation.cancelThose(
                      connection,
                      parts.stream().map(StoppablePart::id).toList(),
                      BulkCancellation.ACTIVE,
                      stops.get(0).reason());
              cancellation.endNow(connection, endingNow(stops, parts), true);
              return changed;
            });
    canceled.afterCommit().run();
    Map<Long, Long> found =
        parts.stream().collect(Collectors.groupingBy(StoppablePart::parent, Collectors.counting()));
    request(stops.stream().filter(stop -> found.getOrDefault(stop.parent(), 0L) == each).toList());
  }
}
