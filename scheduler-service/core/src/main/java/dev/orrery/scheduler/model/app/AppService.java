package dev.orrery.scheduler.model.app;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.text.NearestName;
import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.database.DatabaseCache;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.json.ResourceName;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.RefusalLimit;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.commit.CommitMetrics;
import dev.orrery.scheduler.model.commit.GroupCommit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Creates and finds apps; every request with an app in its path uses it. */
@ApplicationScoped
public class AppService implements DatabaseCache {
  /** Other replicas may use the id of a deleted app for this long. Apps are never renamed. */
  private static final Duration CACHE_TIME = Duration.ofSeconds(5);

  private static final int MAX_CACHED_APPS = 100_000;

  /** The maximum number of names to which an unknown name is compared. */
  private static final int MAX_COMPARED = 2000;

  /** Looks up each name once for all calls that wait together. */
  private static final GroupCommit.Settings LOOKUPS =
      new GroupCommit.Settings("app lookups", 1_000, 100_000, 1);

  private final ReadThroughCache<String, Integer> idsByName;
  private final AppIdStore store;
  private final EngineExecutor executor;
  private final GroupCommit<String, Optional<Integer>> lookups;
  private final RefusalLimit refusals;

  AppService(AppIdStore store, EngineExecutor executor, CommitMetrics groups, Ticker ticker) {
    this.idsByName = new ReadThroughCache<>(CACHE_TIME, MAX_CACHED_APPS, ticker);
    this.store = store;
    this.executor = executor;
    this.lookups = groups.watch(new GroupCommit<>(LOOKUPS, executor, this::lookUp));
    this.refusals = new RefusalLimit(executor, "Too many calls of unknown apps are being refused.");
  }

  record Written(App app, boolean created) {}

  /**
   * Returns the id of an app that the caller may see. Blocks if the id is not cached.
   *
   * @throws ProblemException {@code APP_NOT_FOUND}: also for an app that the caller may not see
   */
  public int visibleId(Caller caller, String name) {
    requireOwn(caller, name);
    Integer id = idsByName.getIfPresent(name);
    if (id == null) {
      id = idsByName.readAll(List.of(name), unknown -> findId(name)).get(name);
    }
    if (id == null || !caller.maySee(id)) {
      throw notFound(caller, name);
    }
    return id;
  }

  /**
   * Like {@link #visibleId}, without blocking the caller.
   *
   * @return the id, or a {@link ProblemException} {@code APP_NOT_FOUND} or {@code OVERLOADED}, or a
   *     {@link DatabaseException}
   * @throws ProblemException {@code APP_NOT_FOUND} if the caller may not see the app
   */
  public CompletableFuture<Integer> findVisibleId(Caller caller, String name) {
    requireOwn(caller, name);
    Integer remembered = idsByName.getIfPresent(name);
    CompletableFuture<Optional<Integer>> found =
        remembered == null
            ? lookUp(caller, name)
            : CompletableFuture.completedFuture(Optional.of(remembered));
    return found.thenCompose(
        id ->
            id.filter(caller::maySee)
                .map(CompletableFuture::completedFuture)
                .orElseGet(
                    () ->
                        refusals.refuse(
                            () -> {
                              throw notFound(caller, name);
                            })));
  }

  private Map<String, Integer> findId(String name) {
    return find(name).map(app -> Map.of(name, app.id)).orElse(Map.of());
  }

  /** Completes on an executor thread, so that callers do not run each other's continuations. */
  private CompletableFuture<Optional<Integer>> lookUp(Caller caller, String name) {
    CompletableFuture<Optional<Integer>> found = lookups.submit(caller.shareApp(), name);
    return found.thenApplyAsync(id -> id, executor);
  }

  private List<Optional<Integer>> lookUp(List<String> names) {
    Map<String, Integer> ids = idsByName.readAll(names, store::find);
    return names.stream().map(name -> Optional.ofNullable(ids.get(name))).toList();
  }

  /** Runs before every lookup, so that the response time does not reveal which apps exist. */
  private void requireOwn(Caller caller, String name) {
    if (caller.onlyApp().isPresent() && !name.equals(caller.app())) {
      throw notFound(caller, name);
    }
  }

  @Override
  public void forget() {
    idsByName.forgetAll();
  }

  @Transactional
  App get(Caller caller, String name) {
    return App.<App>findById(visibleId(caller, name));
  }

  /** Creates or updates an app. Keeps the present description if there is no new one. */
  @Transactional
  Written put(String name, Optional<String> description) {
    ResourceName.require("app", name);
    boolean created = App.createIfAbsent(name);
    App app = App.named(name).orElseThrow();
    description.ifPresent(text -> app.description = text);
    App.flush();
    return new Written(app, created);
  }

  @Transactional
  List<App> list(Caller caller, String afterName, int limit) {
    if (caller.onlyApp().isPresent()) {
      App own = App.findById(caller.onlyApp().get());
      return own.name.compareTo(afterName) > 0 ? List.of(own) : List.of();
    }
    return App.page(afterName, limit);
  }

  @Transactional
  Optional<App> find(String name) {
    return App.named(name);
  }

  @Transactional
  public Set<String> existing(Set<String> names) {
    return App.existing(names);
  }

  @Transactional
  List<String> names() {
    return App.names(MAX_COMPARED);
  }

  /** Suggests a similar name, but only of an app that the caller may see. */
  private ProblemException notFound(Caller caller, String name) {
    List<String> visible = caller.onlyApp().isPresent() ? List.of(caller.app()) : names();
    return notFound(name, NearestName.question(name, visible));
  }

  static ProblemException notFound(String name) {
    return notFound(name, "");
  }

  private static ProblemException notFound(String name, String question) {
    return ProblemException.of(
        ErrorCode.APP_NOT_FOUND, "There is no app '" + name + "'." + question);
  }
}
