package dev.orrery.scheduler.worker;

import dev.orrery.scheduler.rest.Page;
import dev.orrery.scheduler.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Shows the live sessions. */
@ApplicationScoped
public class WorkerService {
  private final WorkerStore store;

  WorkerService(WorkerStore store) {
    this.store = store;
  }

  /**
   * Live sessions that the caller may see, by worker name.
   *
   * @param shown makes the item of the response
   */
  public Page<WorkerView> page(
      Caller caller, String after, int limit, UnaryOperator<WorkerView> shown) {
    return Page.of(store.page(caller.appId(), after, limit + 1), limit, shown, WorkerView::cursor);
  }

  /** Workers of these names that have a live session, of any app. */
  public List<JoinedWorker> joined(Set<String> names) {
    return names.isEmpty() ? List.of() : store.joined(names);
  }
}
