package dev.orrery.scheduler.base.hint;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Publishes hints to listeners of this replica and to other replicas, after the commit. */
@ApplicationScoped
public class HintBus {
  /**
   * A claim assumes that ready instances that are not visible to it yet became due within this
   * time.
   */
  public static final Duration JUST_NOW = Duration.ofMillis(100);

  private static final Logger LOG = Logger.getLogger(HintBus.class);

  private final List<Consumer<Hint>> listeners = new CopyOnWriteArrayList<>();
  private final List<HintForwarder> forwarders = new CopyOnWriteArrayList<>();

  /** The listener is called on the thread that publishes the hint. It must not block. */
  public void listen(Consumer<Hint> listener) {
    listeners.add(listener);
  }

  /** The forwarder gets the hints of this replica from now on, and none of other replicas. */
  public void addForwarder(HintForwarder forwarder) {
    forwarders.add(forwarder);
  }

  /** Publishes a hint to the listeners of this replica and to the other replicas. */
  public void publish(Hint hint) {
    publishLocal(hint);
    forwarders.forEach(forwarder -> forwarder.forward(hint));
  }

  /**
   * Publishes a hint to the listeners of this replica only: it came from another replica, or every
   * replica finds the same by its own query.
   */
  public void publishLocal(Hint hint) {
    listeners.forEach(listener -> publishTo(listener, hint));
  }

  /** The publisher has committed, so a failing listener must not fail it or other listeners. */
  private static void publishTo(Consumer<Hint> listener, Hint hint) {
    try {
      listener.accept(hint);
    } catch (RuntimeException e) {
      LOG.errorf(
          e, "Hint listener failed; leaving the work to the next periodic query: hint=%s", hint);
    }
  }

  /** Publishes lanes with ready instances that became due at any time. */
  public void lanesReady(Collection<Integer> lanes) {
    publishLanes(lanes, false);
  }

  /**
   * Publishes lanes with ready instances that became due, and were committed, within {@link
   * #JUST_NOW}.
   */
  public void lanesBecameReady(Collection<Integer> lanes) {
    publishLanes(lanes, true);
  }

  private void publishLanes(Collection<Integer> lanes, boolean fresh) {
    if (!lanes.isEmpty()) {
      publish(new Hint.LanesReady(Set.copyOf(lanes), fresh));
    }
  }

  /** Blocked instances of these jobs may have become startable. */
  public void unblock(Collection<Long> jobs) {
    if (!jobs.isEmpty()) {
      publish(new Hint.Unblock(Set.copyOf(jobs)));
    }
  }

  /** Parts or nodes of these parents have ended. */
  public void childrenEnded(Collection<Long> parents) {
    if (!parents.isEmpty()) {
      publish(new Hint.ChildrenEnded(Set.copyOf(parents)));
    }
  }

  public void dueIn(Duration time) {
    publish(new Hint.DueIn(time));
  }

  public void jobsChanged() {
    publish(new Hint.JobsChanged());
  }
}
