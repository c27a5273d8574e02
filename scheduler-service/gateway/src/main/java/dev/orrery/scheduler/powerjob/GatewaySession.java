package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.Heartbeat;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The state of one session of a PowerJob worker: its runs, its free slots and its polls. {@link
 * GatewayLoop} owns it; other threads may only ask for what never changes.
 */
final class GatewaySession {
  private final GatewayWorker worker;
  private final UUID id;
  private final boolean adopted;
  private final long openedNanos;
  private final int threads;
  private final SlotLimit slots;
  private final RunPace pace = new RunPace();
  private final QuotaPermit place;
  private final OwnerThread owner = new OwnerThread();
  private final Map<AttemptRef, WorkerRun> runs = new LinkedHashMap<>();

  /** Attempts that the engine has sent, and that are not runs yet. */
  private final Set<AttemptRef> arriving = new LinkedHashSet<>();

  private long sequence;

  /** The free slots that the latest poll named. */
  private int offered;

  /** The runs of jobs with short runs that have ended since the latest poll. */
  private int endedBriefRuns;

  private SessionState state = SessionState.SERVING;

  /** When the latest heartbeat arrived, if it reported overload; null otherwise. */
  private Long overloadNanos;

  private boolean pollRequested;
  private boolean superseded;

  /** Null from the adoption of the worker to its first heartbeat to its new owner. */
  private Long heardNanos;

  /**
   * @param adopted true if another owner polled in the session before
   * @param threads of the worker for light runs
   */
  GatewaySession(
      GatewayWorker worker,
      UUID id,
      boolean adopted,
      int threads,
      long nowNanos,
      QuotaPermit place) {
    this.worker = worker;
    this.id = id;
    this.adopted = adopted;
    this.openedNanos = nowNanos;
    this.threads = threads;
    this.slots = new SlotLimit(worker.offer().kind().capacity(threads), nowNanos);
    this.heardNanos = adopted ? null : nowNanos;
    this.place = place;
  }

  private SessionState state() {
    owner.require();
    return state;
  }

  private Map<AttemptRef, WorkerRun> mine() {
    owner.require();
    return runs;
  }

  /** Returns the threads of a worker whose session for light runs has this capacity. */
  static int threads(int capacity) {
    return Math.max(1, capacity / 2);
  }

  /**
   * Returns how many actors take turns with the messages for the worker, at most: one for each
   * processor. An adopted session for heavy runs does not tell its processors.
   */
  int actors() {
    int most = kind() == TrackerKind.HEAVY ? GatewaySessionOpener.MAX_THREADS : threads;
    return Math.max(1, most / Heartbeat.THREADS_OF_A_PROCESSOR);
  }

  /** The place of the worker among those that this replica takes. */
  QuotaPermit place() {
    return place;
  }

  OpenedApp app() {
    return worker.app();
  }

  WorkerChannel channel() {
    return worker.channel();
  }

  WorkerAddress address() {
    return channel().address();
  }

  GatewayOffer offer() {
    return worker.offer();
  }

  TrackerKind kind() {
    return worker.offer().kind();
  }

  UUID id() {
    return id;
  }

  GatewaySessionStore.Key key() {
    return worker.key();
  }

  /** Returns true while the former owner of an adopted session may still send runs. */
  boolean isUnsettled(long nowNanos) {
    return adopted && nowNanos - openedNanos < PowerJobLimits.ADOPTION_TIME.toNanos();
  }

  /** The numbers of a poll. A later poll of the gateway session replaces an earlier one. */
  record Poll(long sequence, int free, List<AttemptRef> held) {}

  /** Returns true if no poll is requested yet. */
  boolean requestPoll() {
    owner.require();
    boolean first = !pollRequested;
    pollRequested = true;
    return first;
  }

  Poll nextPoll(long nowNanos) {
    owner.require();
    pollRequested = false;
    sequence++;
    offered = free(nowNanos);
    endedBriefRuns = 0;
    return new Poll(sequence, offered, held());
  }

  private int free(long nowNanos) {
    boolean isOverloaded =
        overloadNanos != null && nowNanos - overloadNanos < PowerJobLimits.OVERLOAD_TIME.toNanos();
    if (state() != SessionState.SERVING || isOverloaded) {
      return 0;
    }
    return Math.max(0, most() - mine().size() - arriving.size());
  }

  private int most() {
    return kind() == TrackerKind.HEAVY
        ? slots.value()
        : Math.min(threads + secondHelping(), slots.value());
  }

  /**
   * Returns how many runs may wait inside the worker: not more than it has and has just ended of
   * jobs whose runs are short, and none if its threads are not busy with these. What comes next may
   * be long.
   */
  private int secondHelping() {
    int briefRuns =
        endedBriefRuns
            + (int) mine().values().stream().filter(run -> pace.isShort(run.job())).count();
    return 2 * briefRuns < threads ? 0 : Math.min(threads, briefRuns);
  }

  /** Returns true for the latest poll, whose end is followed by another one. */
  boolean isLatest(long poll) {
    return !isClosed() && poll == sequence;
  }

  /** Returns the attempts of the runs, and those that will become one. */
  List<AttemptRef> held() {
    return Stream.concat(mine().keySet().stream(), arriving.stream()).toList();
  }

  /**
   * @return true if the worker takes work again, or less than the latest poll offers
   */
  boolean heartbeat(boolean overloaded, long nowNanos) {
    boolean changes = changes(SessionState.Event.HEARTBEAT);
    boolean endsOverload = overloadNanos != null && !overloaded;
    overloadNanos = overloaded ? nowNanos : null;
    heardNanos = nowNanos;
    return changes || endsOverload || offersTooMany(nowNanos);
  }

  private boolean changes(SessionState.Event event) {
    SessionState before = state();
    state = before.on(event);
    return state != before;
  }

  /** Returns when the worker was heard last; of one that was not heard yet, its adoption. */
  long heardNanos() {
    owner.require();
    return heardNanos == null ? openedNanos : heardNanos;
  }

  /** Returns true at the first call since two heartbeats are missing. */
  boolean becomesSilent(long nowNanos) {
    return !isClosed()
        && !isSilent()
        && nowNanos - heardNanos() > PowerJobLimits.HEARTBEAT_TIMEOUT.toNanos()
        && changes(SessionState.Event.SILENCE);
  }

  boolean isSilent() {
    return state().isSilent();
  }

  /**
   * Returns true if the worker may be asked for its runs. A worker that has just got a new owner
   * must first find it, to report what has ended meanwhile.
   */
  boolean isAskable(long nowNanos) {
    owner.require();
    return heardNanos == null
        ? nowNanos - openedNanos >= PowerJobLimits.FIRST_HEARTBEAT.toNanos()
        : !isSilent();
  }

  /**
   * A call of the worker failed.
   *
   * @return true if it gets no runs from now on
   */
  boolean becomesUnreachable() {
    owner.require();
    slots.doubt();
    return changes(SessionState.Event.CALL_FAILED);
  }

  /**
   * A call of the worker succeeded.
   *
   * @return true if the worker takes more work again
   */
  boolean reached() {
    owner.require();
    return slots.trust();
  }

  /** Sets whether the worker makes another offer by now, in another session. */
  void supersede(boolean isSuperseded) {
    owner.require();
    superseded = isSuperseded;
  }

  boolean isSuperseded() {
    owner.require();
    return superseded;
  }

  /**
   * Sets whether the worker gets no more work, and only ends what it has.
   *
   * @return true if this is a change
   */
  boolean drain(boolean drains) {
    return !isClosed()
        && drains != isDraining()
        && changes(drains ? SessionState.Event.DRAIN : SessionState.Event.RESUME);
  }

  boolean isDraining() {
    return state().isDraining();
  }

  /** The worker dropped a run in silence, as a check at this time found. */
  void dropped(WorkerRun run, long checkedNanos) {
    owner.require();
    slots.dropped(run.place(), checkedNanos);
  }

  /** A run of the worker has ended, after this time in it. */
  void ended(WorkerRun run, long millis) {
    owner.require();
    pace.ended(run.job(), millis);
    endedBriefRuns += pace.isShort(run.job()) ? 1 : 0;
  }

  /** Returns true if the latest poll offers more slots than are free now. */
  boolean offersTooMany(long nowNanos) {
    return free(nowNanos) < offered;
  }

  /** Returns true if the worker may have one more run than before. */
  boolean rise(long nowNanos) {
    owner.require();
    return slots.rise(nowNanos);
  }

  /**
   * Takes an attempt that the engine has sent, so that the next poll names it; {@link #add}, {@link
   * #adopt} or {@link #letGo} must follow.
   *
   * @return false if the gateway session has it already
   */
  boolean take(AttemptRef attempt) {
    return !mine().containsKey(attempt) && arriving.add(attempt);
  }

  /**
   * Forgets an attempt that becomes no run: the engine sends it again, or has ended it. The gap in
   * the numbers of the polls tells it to read what the session holds.
   */
  void letGo(AttemptRef attempt) {
    owner.require();
    if (arriving.remove(attempt)) {
      sequence++;
    }
  }

  /**
   * Adds a run that this replica sends; empty if the gateway session has it already, or is closed.
   */
  Optional<WorkerRun> add(AttemptRef attempt, long wireId, String job, Long timeoutMillis) {
    return add(WorkerRun.toBeSent(attempt, wireId, job, timeoutMillis, mine().size() + 1));
  }

  /** Adds a run that a former owner may have sent. */
  Optional<WorkerRun> adopt(GatewaySessionStore.Running attempt, long wireId, long nowNanos) {
    owner.require();
    return add(WorkerRun.adopted(attempt, wireId, channel().isRead(), nowNanos));
  }

  private Optional<WorkerRun> add(WorkerRun run) {
    arriving.remove(run.attempt());
    return !isClosed() && mine().putIfAbsent(run.attempt(), run) == null
        ? Optional.of(run)
        : Optional.empty();
  }

  Optional<WorkerRun> find(AttemptRef attempt) {
    return Optional.ofNullable(mine().get(attempt));
  }

  boolean has(WorkerRun run) {
    return mine().get(run.attempt()) == run;
  }

  void remove(WorkerRun run) {
    mine().remove(run.attempt(), run);
  }

  List<WorkerRun> runs() {
    return List.copyOf(mine().values());
  }

  boolean isEmpty() {
    return mine().isEmpty() && arriving.isEmpty();
  }

  void close() {
    state = state().on(SessionState.Event.CLOSE);
  }

  /**
   * Closes the gateway session, and returns the instances whose attempts the worker may have been
   * sent.
   */
  List<Long> closeWithSent(long nowNanos) {
    close();
    Stream<AttemptRef> sent = isUnsettled(nowNanos) ? held().stream() : mine().keySet().stream();
    return sent.map(AttemptRef::instance).toList();
  }

  boolean isClosed() {
    return state() == SessionState.CLOSED;
  }
}
