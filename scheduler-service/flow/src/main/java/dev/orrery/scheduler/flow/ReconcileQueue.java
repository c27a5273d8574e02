package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.base.quota.FairQueue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A queue of the parents to reconcile, each at most once. Apps take turns, and the parents of an
 * app keep the order of the requests.
 */
final class ReconcileQueue {
  /** Requested by id alone; sorted by app once not all of them fit into the next reconciliation. */
  private final Set<Long> unsorted = new LinkedHashSet<>();

  private final FairQueue<Integer, ReconcileRequest> sorted = new FairQueue<>();
  private final Map<Long, ReconcileRequest> sortedById = new HashMap<>();

  /**
   * A request to reconcile a parent.
   *
   * @param room of {@link ParentLimits#MAX_NODES_STARTED} that its ready nodes take at least
   */
  record ReconcileRequest(long parent, int app, int room) {}

  synchronized void request(Collection<Long> parents) {
    parents.stream().filter(parent -> !sortedById.containsKey(parent)).forEach(unsorted::add);
  }

  synchronized void requestAgain(Collection<ReconcileRequest> requests) {
    requests.forEach(this::sort);
  }

  synchronized boolean isEmpty() {
    return unsorted.isEmpty() && sortedById.isEmpty();
  }

  /**
   * Returns true if a parent waits for its next reconciliation because its ready nodes lacked room.
   */
  synchronized boolean lacksRoom(long parent) {
    ReconcileRequest request = sortedById.get(parent);
    return request != null && request.room() > 0;
  }

  /** Returns parents whose apps must be known before the next {@link #take}. */
  synchronized List<Long> unsorted() {
    return sortedById.isEmpty() && unsorted.size() <= ParentLimits.RECONCILE_BATCH_SIZE
        ? List.of()
        : unsorted.stream().limit(ParentLimits.SORT_BATCH_SIZE).toList();
  }

  /**
   * Sorts what {@link #unsorted} returned.
   *
   * @param apps by parent; a parent without one has ended
   */
  synchronized void sort(List<Long> parents, Map<Long, Integer> apps) {
    for (long parent : parents) {
      Integer app = apps.get(parent);
      if (unsorted.remove(parent) && app != null) {
        sort(new ReconcileRequest(parent, app, 0));
      }
    }
  }

  private void sort(ReconcileRequest request) {
    unsorted.remove(request.parent());
    if (sortedById.putIfAbsent(request.parent(), request) == null) {
      sorted.add(request.app(), request);
    }
  }

  /**
   * Takes the parents of the next reconciliation, app by app in turns. Takes no more flows of an
   * app once the known ready nodes of the taken ones fill all the room, because no node of the
   * others could start.
   */
  synchronized List<Long> take() {
    List<Long> taken = new ArrayList<>();
    Map<Integer, Integer> room = new HashMap<>();
    while (taken.size() < ParentLimits.RECONCILE_BATCH_SIZE) {
      ReconcileRequest request =
          sorted.next(app -> room.getOrDefault(app, 0) < ParentLimits.MAX_NODES_STARTED);
      if (request == null) {
        break;
      }
      room.merge(request.app(), request.room(), Integer::sum);
      sortedById.remove(request.parent());
      taken.add(request.parent());
    }
    if (taken.isEmpty()) {
      unsorted.stream().limit(ParentLimits.RECONCILE_BATCH_SIZE).forEach(taken::add);
      unsorted.removeAll(new HashSet<>(taken));
    }
    return taken;
  }
}
