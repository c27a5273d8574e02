package dev.orrery.scheduler.agreement;

import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.worker.JoinedWorker;
import dev.orrery.scheduler.worker.WorkerService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Shows the refused workers of this replica that have not joined another replica since. */
@ApplicationScoped
public class RefusedWorkerService {
  private final RefusedWorkerLog refused;
  private final Function<Set<String>, List<JoinedWorker>> joined;

  @Inject
  RefusedWorkerService(RefusedWorkerLog refused, WorkerService workers) {
    this(refused, workers::joined);
  }

  /**
   * @param joined the workers of these names that have a live session
   */
  RefusedWorkerService(RefusedWorkerLog refused, Function<Set<String>, List<JoinedWorker>> joined) {
    this.refused = refused;
    this.joined = joined;
  }

  /**
   * Returns the refusals that the caller may see, the newest first. A refusal for an unknown token
   * has no app, so only an admin sees it.
   */
  List<RefusedWorker> visibleTo(Caller caller) {
    if (caller.onlyApp().isEmpty()) {
      return stillRefused(refused.list());
    }
    return stillRefused(
            refused.list().stream().filter(one -> caller.app().equals(one.app())).toList())
        .stream()
        .map(RefusedWorker::withoutOtherApps)
        .toList();
  }

  private List<RefusedWorker> stillRefused(List<RefusedWorker> refusals) {
    Set<String> names =
        refusals.stream()
            .map(RefusedWorker::worker)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    List<JoinedWorker> since = joined.apply(names);
    return refusals.stream()
        .filter(
            refusal ->
                since.stream()
                    .noneMatch(
                        one ->
                            refusal.isNamed(one.app(), one.name())
                                && one.at().isAfter(refusal.at())))
        .toList();
  }
}
