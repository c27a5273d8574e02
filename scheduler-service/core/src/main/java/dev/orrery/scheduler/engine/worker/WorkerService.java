package dev.orrery.scheduler.engine.worker;

import dev.orrery.scheduler.http.rest.Page;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Lists workers with a live session. */
@ApplicationScoped
public class WorkerService {
  private final WorkerStore store;

  WorkerService(WorkerStore store) {
    this.store = store;
  }

  /**
   * Returns live sessions, by worker name.
   *
   * @param onlyApp null for those of all apps
   * @param shown maps a view to the item of the response
   */
  public Page<WorkerView> page(
      Integer onlyApp, String after, int limit, UnaryOperator<WorkerView> shown) {
    return Page.of(store.page(onlyApp, after, limit + 1), limit, shown, WorkerView::cursor);
  }

  /** Returns the workers of any app with these names and a live session. */
  public List<JoinedWorker> joined(Set<String> names) {
    return names.isEmpty() ? List.of() : store.joined(names);
  }
}
