package dev.orrery.worker.session;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.core.ActivityCounters;
import dev.orrery.worker.core.EventLoop;
import dev.orrery.worker.core.FailureBackoff;
import dev.orrery.worker.session.ConnectionPhase.Step;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The worker's connection to a scheduler. It has at most one session, and replaces a lost one.
 * {@link ConnectionPhase} defines its phases. In every phase with a session the session can move to
 * another replica. Belongs to the event loop, except {@link #status}.
 */
public final class SchedulerConnection {
  private final ProtocolClient client;
  private final Connector connector;
  private final SessionRelocation relocation;
  private final EventLoop loop;
  private final List<URI> servers;
  private final FailureBackoff backoff;
  private final ActivityCounters counters;
  private final ConnectionLog log;
  private final SettingHint hint;
  private final ConnectionStatus status;

  private Listener listener;
  private int serverIndex;
  private ConnectionPhase phase = ConnectionPhase.CONNECTING;
  private SchedulerSession session;

  /** An answer that does not arrive leaves a session of this id, which the next handshake finds. */
  private String nextSession = UUID.randomUUID().toString();

  private boolean handshaking;

  /** The last answer that opened no session, until its server is silent. */
  private Optional<Refusal> refusal = Optional.empty();

  private record Refusal(URI server, ProblemDetail problem) {}

  /** When the scheduler last refused an operation, or reported that it failed. */
  private long refusedAtNanos;

  /** Receives the events of sessions, on the event loop. */
  public interface Listener {
    void onOpened(SchedulerSession session);

    /**
     * The session moved to another replica. Requests to the old one may hang until their time-outs.
     */
    void onMoved();

    /** The scheduler serves the session again after a failure. */
    void onServedAgain();

    /** The scheduler asked to end the session after its attempts. */
    void onDrainRequested();

    /** The session has ended, and its attempts no longer belong to this worker. */
    void onGone(SchedulerSession session);

    /**
     * The handshake that was in flight when the worker began to stop has completed.
     *
     * @param unused the session that the scheduler opened; it needs a bye
     */
    void onLateHandshake(Optional<SchedulerSession> unused);
  }

  public SchedulerConnection(
      EventLoop loop,
      ProtocolClient client,
      List<URI> servers,
      WorkerOffer offer,
      SettingHint hint,
      FailureBackoff backoff,
      ActivityCounters counters,
      InstantSource clock) {
    this.client = client;
    this.connector = new Connector(loop, client, offer);
    this.relocation = new SessionRelocation(connector);
    this.loop = loop;
    this.servers = List.copyOf(servers);
    this.log = new ConnectionLog(offer);
    this.hint = hint;
    this.backoff = backoff;
    this.counters = counters;
    this.status = new ConnectionStatus(address(), clock);
    this.refusedAtNanos = loop.nanos();
  }

  /** Sets the listener. Must be called once, before {@link #connect}. */
  public void setListener(Listener only) {
    listener = only;
  }

  /** May be called from any thread. */
  public WorkerStatus status() {
    WorkerStatus current = status.current();
    return current.phase() != Phase.AGREED || client.isResponding()
        ? current
        : ConnectionStatus.deaf(current);
  }

  public boolean isOpen() {
    return phase.hasSession();
  }

  /** Returns true if a handshake is in flight. */
  public boolean isHandshaking() {
    return handshaking;
  }

  /** Null unless {@link #isOpen}. */
  public SchedulerSession session() {
    return session;
  }

  /** Returns true if this is the current session; responses to an older one are outdated. */
  public boolean isCurrent(SchedulerSession which) {
    return which.equals(session);
  }

  /** The address in use, or the one being tried. */
  public URI address() {
    return session == null ? servers.get(serverIndex) : session.address();
  }

  public boolean takesWork() {
    return phase == ConnectionPhase.OPEN;
  }

  /** Returns true if the scheduler asked to end the session, and our bye is still due. */
  public boolean isLeaving() {
    return phase == ConnectionPhase.LEAVING;
  }

  /** Tries the servers in turn until there is a session. */
  public void connect() {
    if (phase == ConnectionPhase.CONNECTING) {
      handshaking = true;
      connector.connect(servers.get(serverIndex), nextSession, new HandshakeListener());
    }
  }

  /** The scheduler asked to end this session; its attempts may end first. */
  public void onDrainRequested() {
    if (step(Step.DRAIN_REQUESTED)) {
      listener.onDrainRequested();
    }
  }

  /** The worker sends its bye: from now on SESSION_GONE is expected. */
  public void onByeSent() {
    step(Step.BYE_SENT);
  }

  public void onByeAnswered(URI scheduler, SchedulerSession closed) {
    log.onClosed(scheduler, closed);
  }

  /** Ends a session after its bye, and opens a new one unless the worker is stopping. */
  public void reconnect() {
    if (step(Step.BYE_ANSWERED)) {
      session = null;
      showConnecting();
      connect();
    }
  }

  /**
   * Opens no further session because the worker is stopping. The current one stays usable until its
   * bye.
   */
  public void drain() {
    step(Step.WORKER_DRAINS);
    status.update(Phase.DRAINING, address(), Optional.empty());
  }

  /** Marks the worker and its event loop as stopped; may be called from any thread. */
  public void markStopped() {
    status.setWithoutSession(Phase.STOPPED, servers.get(serverIndex), Optional.empty());
  }

  /**
   * Handles a failed operation. The session continues unless the scheduler reports it as gone. If
   * the scheduler does not respond or is unavailable, the connection searches for another replica.
   * A late failure at a replica that the session has left is ignored.
   */
  public void onFailure(SchedulerSession which, Throwable failure) {
    if (!isCurrent(which)) {
      return;
    }
    ProblemDetail problem = Connector.problem(failure);
    if (problem.code() == ErrorCode.SESSION_GONE) {
      onSessionGone(which);
      return;
    }
    if (!which.address().equals(session.address())) {
      return;
    }
    if (problem.code() != ErrorCode.UNREACHABLE) {
      refusedAtNanos = loop.nanos();
    }
    switch (problem.code()) {
      case UNREACHABLE -> {
        log.onUnreachable(address(), problem);
        relocate();
        show(Phase.UNREACHABLE, problem);
      }
      case UNAVAILABLE -> {
        log.onFailing(address(), problem);
        relocate();
        show(status().phase(), problem);
      }
      case UNAUTHENTICATED, FORBIDDEN -> {
        ProblemDetail refusal = hint.in(problem);
        log.onRefused(address(), refusal);
        show(Phase.REFUSED, refusal);
      }
      default -> {
        log.onFailing(address(), problem);
        show(status().phase(), problem);
      }
    }
  }

  private void onSessionGone(SchedulerSession which) {
    if (!step(Step.SESSION_GONE)) {
      return;
    }
    if (!phase.isDraining()) {
      log.onGone(which);
    }
    session = null;
    showConnecting();
    listener.onGone(which);
    connect();
  }

  /**
   * Asks for the session's next replica: at the next server, or at the only one, which may return a
   * different address.
   */
  private void relocate() {
    boolean isOnlyAddress = servers.size() == 1 && session.address().equals(servers.get(0));
    if (isOnlyAddress || !relocation.mayQuery(loop.nanos())) {
      return;
    }
    SchedulerSession moving = session;
    serverIndex = (serverIndex + 1) % servers.size();
    relocation.query(
        servers.get(serverIndex),
        address -> {
          if (isCurrent(moving) && !address.equals(session.address())) {
            log.onMoved(session.address(), address);
            session = session.movedTo(address);
            relocation.onMoved(loop.nanos());
            listener.onMoved();
          }
        });
  }

  /**
   * Handles a successful operation. A parked poll does not clear a later refusal, because it needs
   * neither the token nor the database.
   *
   * @param sentAtNanos on the clock of the event loop
   */
  public void onSuccess(SchedulerSession which, long sentAtNanos) {
    if (isCurrent(which) && which.address().equals(session.address())) {
      relocation.onSuccess();
    }
    boolean sentBeforeRefusal = sentAtNanos - refusedAtNanos < 0;
    if (isCurrent(which) && status().problem().isPresent() && !sentBeforeRefusal) {
      log.onServedAgain(which.address());
      status.update(shown(Phase.AGREED), address(), Optional.empty());
      listener.onServedAgain();
    }
  }

  private void show(Phase shown, ProblemDetail problem) {
    status.update(shown(shown), address(), Optional.of(problem));
  }

  private void showConnecting() {
    status.setWithoutSession(shown(Phase.CONNECTING), address(), Optional.empty());
  }

  private Phase shown(Phase unlessDraining) {
    return phase.isDraining() ? Phase.DRAINING : unlessDraining;
  }

  /** Returns true if the phase has changed. */
  private boolean step(Step step) {
    ConnectionPhase before = phase;
    phase = phase.after(step);
    return phase != before;
  }

  private final class HandshakeListener implements Connector.Listener {
    @Override
    public boolean isWanted() {
      return phase == ConnectionPhase.CONNECTING;
    }

    @Override
    public void onAgreed(URI address, long sentAtNanos, HandshakeResponse agreement) {
      handshaking = false;
      SchedulerSession opened =
          new SchedulerSession(
              agreement.session(),
              address,
              Duration.ofMillis(agreement.pollWaitMillis()),
              Duration.ofMillis(agreement.renewIntervalMillis()),
              new Lease(sentAtNanos, Duration.ofMillis(agreement.leaseRemainingMillis())));
      if (!isWanted()) {
        listener.onLateHandshake(Optional.of(opened));
        return;
      }
      step(Step.AGREED);
      nextSession = UUID.randomUUID().toString();
      backoff.reset();
      refusal = Optional.empty();
      counters.sessionOpened();
      session = opened;
      status.setAgreed(address, agreement, Duration.ofNanos(loop.nanos() - sentAtNanos));
      log.onOpened(address, agreement);
      listener.onOpened(session);
    }

    @Override
    public void onFailed(ProblemDetail found) {
      if (!isWanted()) {
        onGivenUp();
        return;
      }
      handshaking = false;
      URI server = address();
      ProblemDetail problem = hint.in(found);
      log.onFailed(server, problem);
      boolean unreachable =
          problem.code() == ErrorCode.UNREACHABLE || problem.code() == ErrorCode.UNAVAILABLE;
      // An answer explains more than the silence of another server.
      refusal =
          unreachable
              ? refusal.filter(known -> !known.server().equals(server))
              : Optional.of(new Refusal(server, problem));
      serverIndex = (serverIndex + 1) % servers.size();
      status.setWithoutSession(
          refusal.isPresent() ? Phase.REFUSED : Phase.UNREACHABLE,
          address(),
          refusal.map(Refusal::problem).or(() -> Optional.of(problem)));
      loop.after(backoff.next(), SchedulerConnection.this::connect);
    }

    @Override
    public void onGivenUp() {
      handshaking = false;
      listener.onLateHandshake(Optional.empty());
    }
  }
}
