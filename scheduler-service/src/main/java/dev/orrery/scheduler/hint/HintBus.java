package dev.orrery.scheduler.hint;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Passes hints on, after the commit that they speak of. */
@ApplicationScoped
public class HintBus {
  /** Who claims expects what is ready and not visible yet to have become due within this time. */
  public static final Duration JUST_NOW = Duration.ofMillis(100);

  private final List<Consumer<Hint>> listeners = new CopyOnWriteArrayList<>();
  private final List<HintForwarder> carriers = new CopyOnWriteArrayList<>();

  /** The listener is called on the thread that gives the hint; it must not block. */
  public void listen(Consumer<Hint> listener) {
    listeners.add(listener);
  }

  /** From now on the carrier is handed what this replica gives, and nothing that has arrived. */
  public void carryBy(HintForwarder carrier) {
    carriers.add(carrier);
  }

  /** To the listeners here, and to the other replicas. */
  public void give(Hint hint) {
    giveHere(hint);
    carriers.forEach(carrier -> carrier.carry(hint));
  }

  /** To the listeners here only: it came from another replica, or each finds it out for itself. */
  public void giveHere(Hint hint) {
    listeners.forEach(listener -> listener.accept(hint));
  }

  /** Instances that became due at any time are ready. */
  public void lanesReady(Collection<Integer> lanes) {
    giveLanes(lanes, false);
  }

  /** Instances that became due, and were committed, within {@link #JUST_NOW} are ready. */
  public void lanesReadyNow(Collection<Integer> lanes) {
    giveLanes(lanes, true);
  }

  private void giveLanes(Collection<Integer> lanes, boolean fresh) {
    if (!lanes.isEmpty()) {
      give(new Hint.LanesReady(Set.copyOf(lanes), fresh));
    }
  }

  /** Blocked instances of these jobs may have to wait no longer. */
  public void unblock(Collection<Long> jobs) {
    if (!jobs.isEmpty()) {
      give(new Hint.Unblock(Set.copyOf(jobs)));
    }
  }

  public void dueIn(Duration time) {
    give(new Hint.DueIn(time));
  }

  public void jobsChanged() {
    give(new Hint.JobsChanged());
  }
}
