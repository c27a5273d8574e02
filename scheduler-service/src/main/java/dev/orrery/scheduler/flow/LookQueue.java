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
 * The parents to look at, each once. Apps take turns, and the parents of an app keep the order of
 * the requests.
 */
final class LookQueue {
  /** Requested by id alone; sorted by app once not all of them fit into the next look. */
  private final Set<Long> unsorted = new LinkedHashSet<>();

  private final FairQueue<Integer, Look> sorted = new FairQueue<>();
  private final Map<Long, Look> sortedById = new HashMap<>();

  /**
   * A look at a parent.
   *
   * @param room of {@link ParentLimits#NODES_AT_ONCE} that its ready nodes take at least
   */
  record Look(long parent, int app, int room) {}

  synchronized void request(Collection<Long> parents) {
    parents.stream().filter(parent -> !sortedById.containsKey(parent)).forEach(unsorted::add);
  }

  synchronized void requestAgain(Collection<Look> looks) {
    looks.forEach(this::sort);
  }

  synchronized boolean isEmpty() {
    return unsorted.isEmpty() && sortedById.isEmpty();
  }

  /** Returns true if a parent waits for its next look because its ready nodes lacked room. */
  synchronized boolean lacksRoom(long parent) {
    Look look = sortedById.get(parent);
    return look != null && look.room() > 0;
  }

  /** Returns parents whose apps must be known before the next {@link #take}. */
  synchronized List<Long> unsorted() {
    return sortedById.isEmpty() && unsorted.size() <= ParentLimits.LOOKED_AT_ONCE
        ? List.of()
        : unsorted.stream().limit(ParentLimits.SORTED_AT_ONCE).toList();
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
        sort(new Look(parent, app, 0));
      }
    }
  }

  private void sort(Look look) {
    unsorted.remove(look.parent());
    if (sortedById.putIfAbsent(look.parent(), look) == null) {
      sorted.add(look.app(), look);
    }
  }

  /**
   * Takes the parents of the next look, app by app in turns. Takes no more flows of an app once the
   * known ready nodes of the taken ones fill all the room, because the others would be read in
   * vain.
   */
  synchronized List<Long> take() {
    List<Long> taken = new ArrayList<>();
    Map<Integer, Integer> room = new HashMap<>();
    while (taken.size() < ParentLimits.LOOKED_AT_ONCE) {
      Look look = sorted.next(app -> room.getOrDefault(app, 0) < ParentLimits.NODES_AT_ONCE);
      if (look == null) {
        break;
      }
      room.merge(look.app(), look.room(), Integer::sum);
      sortedById.remove(look.parent());
      taken.add(look.parent());
    }
    if (taken.isEmpty()) {
      unsorted.stream().limit(ParentLimits.LOOKED_AT_ONCE).forEach(taken::add);
      unsorted.removeAll(new HashSet<>(taken));
    }
    return taken;
  }
}
