package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Opens apps to workers of PowerJob. Calls of workers read a copy in memory, which is at most a few
 * seconds old: they send no secret, so none of them may cost a statement.
 */
@ApplicationScoped
class OpenedAppService {
  private final OpenedAppStore store;
  private volatile Map<Integer, OpenedApp> byId = Map.of();
  private volatile Map<String, OpenedApp> byName = Map.of();

  OpenedAppService(OpenedAppStore store) {
    this.store = store;
  }

  Optional<OpenedApp> named(String name) {
    return Optional.ofNullable(name).map(byName::get);
  }

  Optional<OpenedApp> find(int appId) {
    return Optional.ofNullable(byId.get(appId));
  }

  /** Reads all opened apps again; blocks. */
  void refresh() {
    byId = store.list().stream().collect(Collectors.toMap(OpenedApp::id, Function.identity()));
    byName = byId.values().stream().collect(Collectors.toMap(OpenedApp::name, Function.identity()));
  }

  /**
   * @throws ProblemException {@code APP_NOT_FOUND} if the app is not open
   */
  OpenedApp get(int appId, String app) {
    return store
        .find(appId)
        .orElseThrow(
            () ->
                ProblemException.of(
                    ErrorCode.APP_NOT_FOUND,
                    "App '"
                        + app
                        + "' is not open to workers of PowerJob. Open it: ./orrery powerjob open "
                        + app));
  }

  OpenedApp open(int appId, String app, String name) {
    if (!store.open(appId, name)) {
      throw ProblemException.invalid("name", "'name' is that of another app.");
    }
    refresh();
    return get(appId, app);
  }

  void close(int appId) {
    store.close(appId);
    refresh();
  }
}
