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
public class Hints {
  private final List<Consumer<Hint>> listeners = new CopyOnWriteArrayList<>();

  /** The listener is called on the thread that gives the hint; it must not block. */
  public void listen(Consumer<Hint> listener) {
    listeners.add(listener);
  }

  public void give(Hint hint) {
    listeners.forEach(listener -> listener.accept(hint));
  }

  public void lanesReady(Collection<Integer> lanes) {
    if (!lanes.isEmpty()) {
      give(new Hint.LanesReady(Set.copyOf(lanes)));
    }
  }

  /** Blocked instances of these jobs may have to wait no longer. */
  public void letIn(Collection<Long> jobs) {
    if (!jobs.isEmpty()) {
      give(new Hint.LetIn(Set.copyOf(jobs)));
    }
  }

  public void dueIn(Duration time) {
    give(new Hint.DueIn(time));
  }

  public void jobsChanged() {
    give(new Hint.JobsChanged());
  }
}
