package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.model.instance.EndReason;
import java.util.Set;

/**
 * A parent that stops.
 *
 * @param reason for canceling its parts or nodes
 * @param nodes the runs to cancel in a flow; null for a parent with parts, to cancel all of them
 * @param endsNow whether flows among the nodes cancel their nodes with {@code when: ended}, too; so
 *     do those that used up their own time as such a node
 */
record Stop(long parent, int app, EndReason reason, Set<Long> nodes, boolean endsNow) {
  Stop(long parent, int app, EndReason reason) {
    this(parent, app, reason, null, false);
  }
}
