package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.powerjob.WorkerSelector;
import dev.orrery.protocol.Protocol;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.powerjob.app.OpenedAppService;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The live workers of all apps with heavy jobs, regardless of which replica polls for them. A heavy
 * run names the workers that share its work, and its worker asks for new ones. The list is kept in
 * memory and is a few seconds old.
 */
@ApplicationScoped
class WorkerDirectory {
  private final OpenedAppService apps;
  private final GatewaySessionStore store;
  private final Ticker ticker;
  private volatile Map<Integer, List<LiveWorker>> workers = Map.of();
  private final OwnerThread owner = new OwnerThread();
  private Long openNanos;
  private boolean complete;

  WorkerDirectory(OpenedAppService apps, GatewaySessionStore store, Ticker ticker) {
    this.apps = apps;
    this.store = store;
    this.ticker = ticker;
  }

  /**
   * @param identity see {@link WorkerChannel#identity}
   * @param protocol by its canonical name
   * @param tag null if the worker has none
   */
  record LiveWorker(int app, WorkerAddress address, String identity, String protocol, String tag) {}

  /** The ports of this replica are open: workers without a server find it from now on. */
  void open() {
    owner.require();
    openNanos = ticker.nanos();
  }

  /**
   * Returns whether each worker has had the time for a heartbeat since this replica opened. Before
   * that, a run could miss workers that have not found a server again.
   */
  boolean isComplete() {
    owner.require();
    return complete;
  }

  /** Returns true for the first call since the directory is complete. */
  boolean becomesComplete() {
    owner.require();
    boolean becomes =
        !complete
            && openNanos != null
            && ticker.nanos() - openNanos >= PowerJobLimits.DIRECTORY_TIME.toNanos();
    complete |= becomes;
    return becomes;
  }

  /** Reads the workers again; blocks. */
  void refresh() {
    List<Integer> heavy = apps.withHeavyJobs();
    workers =
        heavy.isEmpty()
            ? Map.of()
            : store.liveWorkers(heavy).stream().collect(Collectors.groupingBy(LiveWorker::app));
  }

  Stream<LiveWorker> of(int app) {
    return workers.getOrDefault(app, List.of()).stream();
  }

  /**
   * Returns the addresses of the workers of an app that speak a protocol and may share the work of
   * a job, sorted.
   *
   * @param laneTags those that the job asks for
   */
  List<String> addresses(int app, Protocol protocol, List<String> laneTags) {
    List<WorkerSelector> selectors =
        WorkerSelector.of(laneTags).stream().filter(WorkerSelector::selectsHelpers).toList();
    return of(app)
        .filter(worker -> worker.protocol().equals(protocol.canonicalName()))
        .filter(
            worker ->
                selectors.stream()
                    .allMatch(selector -> selector.matches(worker.tag(), worker.address())))
        .map(worker -> worker.address().toString())
        .sorted()
        .toList();
  }

  boolean contains(int app, WorkerChannel source) {
    return of(app).anyMatch(worker -> worker.identity().equals(source.identity()));
  }
}
