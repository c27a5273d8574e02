package dev.orrery.scheduler.engine.agreement;

import dev.orrery.scheduler.engine.worker.JoinedWorker;
import dev.orrery.scheduler.engine.worker.WorkerService;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.app.AppService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Shows the workers that this replica refused and that have not joined any replica since. */
@ApplicationScoped
public class RefusedWorkerService {
  private final RefusedWorkerLog refused;
  private final Function<Set<String>, List<JoinedWorker>> joined;
  private final UnaryOperator<Set<String>> apps;

  @Inject
  RefusedWorkerService(RefusedWorkerLog refused, WorkerService workers, AppService apps) {
    this(refused, workers::joined, apps::existing);
  }

  /**
   * @param joined returns the workers with these names that have a live session
   * @param apps returns the names, of those given, that an app has
   */
  RefusedWorkerService(
      RefusedWorkerLog refused,
      Function<Set<String>, List<JoinedWorker>> joined,
      UnaryOperator<Set<String>> apps) {
    this.refused = refused;
    this.joined = joined;
    this.apps = apps;
  }

  /**
   * Returns the refusals that the caller may see, newest first. Only an admin sees refusals of
   * calls that belong to no app and name none, and only an admin learns which apps do not exist.
   */
  List<RefusedWorker> visibleTo(Caller caller) {
    if (caller.onlyApp().isEmpty()) {
      return withMissingApps(stillRefused(refused.list()));
    }
    return stillRefused(
            refused.list().stream().filter(worker -> worker.concerns(caller.app())).toList())
        .stream()
        .map(worker -> worker.withoutOtherApps(caller.app()))
        .toList();
  }

  private List<RefusedWorker> withMissingApps(List<RefusedWorker> refusals) {
    Set<String> requested =
        refusals.stream()
            .filter(RefusedWorker::asksForAnotherApp)
            .map(RefusedWorker::requestedApp)
            .collect(Collectors.toSet());
    if (requested.isEmpty()) {
      return refusals;
    }
    Set<String> existing = apps.apply(requested);
    return refusals.stream()
        .map(
            worker ->
                worker.asksForAnotherApp() && !existing.contains(worker.requestedApp())
                    ? worker.withoutSuchAnApp()
                    : worker)
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
                        worker ->
                            refusal.isNamed(worker.app(), worker.name())
                                && worker.at().isAfter(refusal.at())))
        .toList();
  }
}
