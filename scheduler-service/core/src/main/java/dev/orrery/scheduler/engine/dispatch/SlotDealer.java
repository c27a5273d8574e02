package dev.orrery.scheduler.engine.dispatch;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Deals the rows of a claim: one to each session in turn, until all are full. So a small amount of
 * work is spread over all sessions. This is a pure rule.
 */
final class SlotDealer {
  private SlotDealer() {}

  /**
   * Returns a session for each row that may be claimed.
   *
   * @param free the rows that each session can take, in the order of their turns
   * @param maxRows the most rows of the claim
   */
  static List<UUID> deal(Map<UUID, Integer> free, int maxRows) {
    Map<UUID, Integer> open = new LinkedHashMap<>(free);
    List<UUID> slots = new ArrayList<>();
    while (!open.isEmpty() && slots.size() < maxRows) {
      Iterator<Map.Entry<UUID, Integer>> round = open.entrySet().iterator();
      while (round.hasNext() && slots.size() < maxRows) {
        Map.Entry<UUID, Integer> session = round.next();
        int left = session.getValue();
        if (left > 0) {
          slots.add(session.getKey());
          session.setValue(left - 1);
        } else {
          round.remove();
        }
      }
    }
    return slots;
  }
}
