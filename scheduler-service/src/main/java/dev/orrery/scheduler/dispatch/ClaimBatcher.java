package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.dispatch.ClaimCursor.Look;
import dev.orrery.scheduler.dispatch.ClaimStore.Found;
import dev.orrery.scheduler.worker.Session.Skills;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The parked polls of alike workers on this replica, and the lanes that they can claim. One claim
 * at a time is under way for a group; what arrives meanwhile is in the next one.
 */
final class ClaimBatcher {
  private static final int MAX_ROWS = 1000;

  private final Skills skills;
  private final Set<SessionDelivery> waiting = new LinkedHashSet<>();
  private List<Lane> lanes = List.of();
  private long lanesEdition = -1;
  private int rotation;
  private boolean claiming;

  ClaimBatcher(Skills skills) {
    this.skills = skills;
  }

  /**
   * A claim that is to be made.
   *
   * @param seats of the sessions, by their id
   * @param slots a session for each row that may be claimed, dealt round by round
   * @param hintsBefore of each lane that is probed
   */
  record Claim(
      Map<UUID, Seat> seats, List<Probe> probes, List<UUID> slots, Map<Lane, Long> hintsBefore) {

    /**
     * Records the result. Fewer rows than open slots mean that the lanes are empty; slots of closed
     * sessions get no rows, and say nothing of the lanes.
     *
     * @param startedNanos when the statement was sent
     */
    void found(Found found, long startedNanos, long nowNanos) {
      List<ClaimedInstance> rows = found.rows();
      boolean all = rows.size() < openSlots(found.closed());
      if (all) {
        hintsBefore.forEach(Lane::foundEmpty);
      }
      Map<List<Integer>, QueuePosition> last = new HashMap<>();
      rows.forEach(
          row -> last.merge(pair(row.laneId(), row.priority()), row.place(), QueuePosition::later));
      long clockMicros = rows.stream().mapToLong(ClaimedInstance::claimedMicros).min().orElse(0);
      // Probes are made in their order until there are enough rows: those behind were not made.
      int made = all ? probes.size() : lastMade(last.keySet()) + 1;
      for (int i = 0; i < made; i++) {
        Probe probe = probes.get(i);
        QueuePosition reached = last.get(pair(probe.lane().id(), probe.priority()));
        boolean complete = all || i < made - 1;
        probe
            .mark()
            .looked(
                probe.look(), reached, clockMicros, complete, nowNanos, nowNanos - startedNanos);
      }
    }

    private long openSlots(Set<UUID> closed) {
      return closed.isEmpty()
          ? slots.size()
          : slots.stream().filter(session -> !closed.contains(session)).count();
    }

    private int lastMade(Set<List<Integer>> found) {
      int last = probes.size() - 1;
      while (last >= 0
          && !found.contains(pair(probes.get(last).lane().id(), probes.get(last).priority()))) {
        last--;
      }
      return last;
    }

    private static List<Integer> pair(int lane, int priority) {
      return List.of(lane, priority);
    }
  }

  /** A session for which a claim is made, as it was before. */
  record Seat(SessionDelivery desk, long resolutionsBefore) {
    void deliver(List<Assignment> claimed) {
      desk.deliver(claimed, resolutionsBefore);
    }
  }

  /** One place to look at. */
  record Probe(Lane lane, int priority, Look look) {
    ClaimCursor mark() {
      return lane.mark(priority);
    }
  }

  synchronized void add(SessionDelivery desk) {
    waiting.add(desk);
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty() && !claiming;
  }

  /** Lanes for which a poll waits and of which nothing is believed to be ready. */
  synchronized List<Lane> sleepingLanes(LaneRegistry all) {
    dropAnswered();
    if (waiting.isEmpty()) {
      return List.of();
    }
    return lanes(all).stream().filter(lane -> !lane.mayBeReady()).toList();
  }

  /** The next claim, or null if there is nothing to do now; {@link #done} must follow it. */
  synchronized Claim next(LaneRegistry all, long nowNanos) {
    if (claiming) {
      return null;
    }
    dropAnswered();
    List<Lane> promising = lanes(all).stream().filter(Lane::mayBeReady).toList();
    if (waiting.isEmpty() || promising.isEmpty()) {
      return null;
    }
    claiming = true;
    Map<Lane, Long> hintsBefore = new HashMap<>();
    promising.forEach(lane -> hintsBefore.put(lane, lane.hints()));
    Map<UUID, Seat> seats = new HashMap<>();
    waiting.forEach(desk -> seats.put(desk.session().id(), new Seat(desk, desk.resolutions())));
    return new Claim(seats, probes(promising, nowNanos), slots(), hintsBefore);
  }

  synchronized void done() {
    claiming = false;
  }

  /** Leaves out sessions that get no work any more: claims for them alone would have no end. */
  synchronized void remove(Set<UUID> sessions) {
    if (!sessions.isEmpty()) {
      waiting.removeIf(desk -> sessions.contains(desk.session().id()));
    }
  }

  private void dropAnswered() {
    waiting.removeIf(desk -> desk.free() == 0);
  }

  private List<Lane> lanes(LaneRegistry all) {
    long edition = all.edition();
    if (edition != lanesEdition) {
      lanes = all.claimable(skills);
      lanesEdition = edition;
    }
    return lanes;
  }

  /** Priority first, highest first; within one, lanes in an order that rotates, so none starves. */
  private List<Probe> probes(List<Lane> promising, long nowNanos) {
    Set<Integer> descending = new TreeSet<>(Comparator.reverseOrder());
    promising.forEach(lane -> descending.addAll(lane.priorities()));
    int first = Math.floorMod(rotation++, promising.size());
    List<Probe> probes = new ArrayList<>();
    for (int priority : descending) {
      for (int i = 0; i < promising.size(); i++) {
        Lane lane = promising.get((first + i) % promising.size());
        if (lane.priorities().contains(priority)) {
          probes.add(new Probe(lane, priority, lane.mark(priority).next(nowNanos)));
        }
      }
    }
    return probes;
  }

  /** One row for each poll in turn, until all are full: little work is spread over all workers. */
  private List<UUID> slots() {
    Map<SessionDelivery, Integer> free = new HashMap<>();
    waiting.forEach(desk -> free.put(desk, desk.free()));
    List<SessionDelivery> open = new ArrayList<>(waiting);
    List<UUID> slots = new ArrayList<>();
    while (!open.isEmpty() && slots.size() < MAX_ROWS) {
      for (Iterator<SessionDelivery> round = open.iterator();
          round.hasNext() && slots.size() < MAX_ROWS; ) {
        SessionDelivery desk = round.next();
        int left = free.merge(desk, -1, Integer::sum);
        if (left < 0) {
          round.remove();
        } else {
          slots.add(desk.session().id());
        }
      }
    }
    rotateWaiting();
    return slots;
  }

  /** Who was first is last the next time. */
  private void rotateWaiting() {
    Iterator<SessionDelivery> first = waiting.iterator();
    if (first.hasNext()) {
      SessionDelivery desk = first.next();
      first.remove();
      waiting.add(desk);
    }
  }
}
