package dev.orrery.worker.session;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.worker.WorkerCounters;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.client.ProtocolClientException;
import dev.orrery.worker.core.Backoff;
import dev.orrery.worker.core.EventLoop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Comes to an agreement with a scheduler, and again when it is lost. Belongs to the worker's
 * thread; only {@link #status} may be asked from others.
 *
 * <p>An address may be that of the protocol http itself, where hands are shaken at once, or that of
 * the API, which does not know the handshake and is asked where it is.
 */
public final class SchedulerConnection {
  private static final Logger LOG = System.getLogger(SchedulerConnection.class.getName());
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final EventLoop core;
  private final ProtocolClient wire;
  private final List<URI> servers;
  private final WorkerOffer offer;
  private final Backoff backoff;
  private final WorkerCounters counters;
  private final InstantSource clock;

  /** What was logged since the last agreement: each code of each server once, however often. */
  private final Set<String> logged = new HashSet<>();

  private Listener listener;
  private int serverIndex;
  private SchedulerSession session;
  private boolean leaving;
  private boolean moving;
  private boolean draining;
  private boolean sayingBye;
  private boolean stopped;
  private volatile WorkerStatus status;

  /** Hears of sessions, on the worker's thread. */
  public interface Listener {
    /** A session has begun. */
    void opened(SchedulerSession session);

    /** The session is to end, once what it holds has ended. */
    void leaving();

    /** The session has ended, and with it the right to all that it held. */
    void gone(SchedulerSession session);
  }

  public SchedulerConnection(
      EventLoop core,
      ProtocolClient wire,
      List<URI> servers,
      WorkerOffer offer,
      Backoff backoff,
      WorkerCounters counters,
      InstantSource clock) {
    this.core = core;
    this.wire = wire;
    this.servers = List.copyOf(servers);
    this.offer = offer;
    this.backoff = backoff;
    this.counters = counters;
    this.clock = clock;
    this.status = without(Phase.CONNECTING, null);
  }

  /** To be called once, before {@link #connect}. */
  public void listen(Listener only) {
    listener = only;
  }

  /** How things stand; may be called from any thread. */
  public WorkerStatus status() {
    return status;
  }

  public boolean isOpen() {
    return session != null;
  }

  /** Null unless {@link #isOpen}. */
  public SchedulerSession session() {
    return session;
  }

  /** The address in use, or the one that is tried. */
  public URI address() {
    return session == null ? servers.get(serverIndex) : session.address();
  }

  /** The scheduler wants this session to end; what it holds may end first. */
  public void leave() {
    if (!leaving) {
      leaving = true;
      listener.leaving();
    }
  }

  public boolean isLeaving() {
    return leaving;
  }

  /** Tries until there is a session. */
  public void connect() {
    if (stopped) {
      return;
    }
    URI server = servers.get(serverIndex);
    shake(server, server);
  }

  private void shake(URI server, URI address) {
    long sentAt = core.nanos();
    core.handle(
        wire.ask(address, WorkerOperation.HANDSHAKE, offer, LONGEST),
        (answer, failure) -> {
          if (stopped) {
            return;
          }
          if (failure == null && isAgreement(answer) && !speaks(answer.version())) {
            notConnected(versionOfNobody(answer.version()));
          } else if (failure == null && isAgreement(answer)) {
            open(address, sentAt, answer);
          } else if (failure == null) {
            notConnected(
                ProblemDetail.of(
                    ErrorCode.UNREACHABLE,
                    "What answers at " + address + " is not an Orrery scheduler.",
                    null));
          } else if (server.equals(address) && isApiPort(failure)) {
            discover(server);
          } else {
            notConnected(problem(failure));
          }
        });
  }

  /** Something else that answers any call would give no session. */
  private static boolean isAgreement(HandshakeResponse answer) {
    return answer.session() != null && !answer.session().isBlank();
  }

  private boolean speaks(int version) {
    return version >= offer.minVersion() && version <= offer.maxVersion();
  }

  private ProblemDetail versionOfNobody(int version) {
    VersionRange ours = new VersionRange(offer.minVersion(), offer.maxVersion());
    return new ProblemDetail(
        null,
        null,
        ErrorCode.VERSION_MISMATCH.status(),
        ErrorCode.VERSION_MISMATCH,
        "The scheduler chose protocol version " + version + ", which was not offered.",
        null,
        "version " + version,
        "versions " + ours,
        "scheduler: its software, which must choose among versions " + ours);
  }

  /** There is a scheduler, but hands are not shaken on this port. */
  private static boolean isApiPort(Throwable failure) {
    return failure instanceof ProtocolClientException refused
        && refused.code() == ErrorCode.NOT_FOUND;
  }

  private void discover(URI server) {
    askWhere(
        server,
        address -> {
          if (!stopped) {
            shake(server, address);
          }
        },
        problem -> {
          if (!stopped) {
            notConnected(problem);
          }
        });
  }

  private void askWhere(URI server, Consumer<URI> there, Consumer<ProblemDetail> nowhere) {
    core.handle(
        wire.ask(server, WorkerOperation.DISCOVERY, offer, LONGEST),
        (answer, failure) -> {
          if (failure != null) {
            nowhere.accept(problem(failure));
            return;
          }
          endpoint(answer)
              .ifPresentOrElse(
                  there,
                  () ->
                      nowhere.accept(
                          ProblemDetail.of(
                              ErrorCode.PROTOCOL_MISMATCH,
                              "The scheduler names no address for "
                                  + wire.transport().canonicalName()
                                  + " that can be dialled.",
                              null)));
        });
  }

  private Optional<URI> endpoint(DiscoveryResponse answer) {
    return answer.active().stream()
        .filter(endpoint -> endpoint.protocol() == wire.transport())
        .flatMap(endpoint -> uri(endpoint.address()).stream())
        .findFirst();
  }

  private static Optional<URI> uri(String address) {
    try {
      return address == null ? Optional.empty() : Optional.of(new URI(address));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private void open(URI address, long sentAt, HandshakeResponse answer) {
    backoff.reset();
    logged.clear();
    leaving = false;
    counters.sessions().increment();
    session =
        new SchedulerSession(
            answer.session(),
            address,
            Duration.ofMillis(answer.pollWaitMillis()),
            Duration.ofMillis(answer.renewIntervalMillis()),
            new Lease(sentAt, Duration.ofMillis(answer.leaseRemainingMillis())));
    status =
        new WorkerStatus(
            Phase.AGREED,
            address,
            Optional.of(answer.version()),
            Optional.ofNullable(answer.software()),
            Optional.ofNullable(answer.serverTime())
                .map(serverTime -> Duration.between(clock.instant(), serverTime)),
            Optional.empty());
    LOG.log(
        Level.INFO,
        "Agreed with the scheduler at {0}: protocol version {1}, its software {2}",
        address,
        answer.version(),
        answer.software());
    listener.opened(session);
  }

  private void notConnected(ProblemDetail said) {
    ProblemDetail problem = SettingHint.in(said, wire.transport());
    boolean unreachable =
        problem.code() == ErrorCode.UNREACHABLE || problem.code() == ErrorCode.UNAVAILABLE;
    if (logged.add(servers.get(serverIndex) + " " + problem.code())) {
      LOG.log(
          Level.WARNING,
          "No agreement with the scheduler at {0}: {1} {2}{3}",
          servers.get(serverIndex),
          problem.code(),
          problem.detail(),
          problem.settingToChange() == null ? "" : " To change: " + problem.settingToChange());
    }
    serverIndex = (serverIndex + 1) % servers.size();
    status = without(unreachable ? Phase.UNREACHABLE : Phase.REFUSED, problem);
    core.after(backoff.next(), this::connect);
  }

  private static ProblemDetail problem(Throwable failure) {
    return failure instanceof ProtocolClientException wire
        ? wire.problem()
        : ProblemDetail.of(ErrorCode.UNREACHABLE, String.valueOf(failure), null);
  }

  /**
   * A verb of a session has failed. The session lives on unless the scheduler says that it is gone;
   * if nothing answers, or what answers is about to stop, another address is looked for.
   */
  public void failed(SchedulerSession which, Throwable failure) {
    if (!which.equals(session)) {
      return;
    }
    ProblemDetail problem = problem(failure);
    if (problem.code() == ErrorCode.SESSION_GONE) {
      // The scheduler ends what is parked when it hears a good-bye; its answer to that follows.
      if (!sayingBye) {
        gone(which);
      }
    } else {
      boolean unreachable = problem.code() == ErrorCode.UNREACHABLE;
      if (unreachable || problem.code() == ErrorCode.UNAVAILABLE) {
        moveOn();
      }
      status = ofSession(unreachable ? Phase.UNREACHABLE : status.phase(), Optional.of(problem));
    }
  }

  /**
   * Looks for the session's next replica: at the next server, or at the only one, which may tell
   * another address than it did before.
   */
  private void moveOn() {
    boolean nowhereElse = servers.size() == 1 && session.address().equals(servers.get(0));
    if (nowhereElse || moving) {
      return;
    }
    SchedulerSession which = session;
    moving = true;
    serverIndex = (serverIndex + 1) % servers.size();
    askWhere(
        servers.get(serverIndex),
        address -> {
          moving = false;
          if (which.equals(session) && !address.equals(session.address())) {
            LOG.log(Level.INFO, "The session goes on at {0}", address);
            session = session.movedTo(address);
          }
        },
        problem -> moving = false);
  }

  /** A verb of the session has been answered after one that was not. */
  public void worked(SchedulerSession which) {
    if (which.equals(session) && status.problem().isPresent()) {
      LOG.log(Level.INFO, "The scheduler at {0} answers again", which.address());
      status = ofSession(Phase.AGREED, Optional.empty());
    }
  }

  private WorkerStatus ofSession(Phase phase, Optional<ProblemDetail> problem) {
    return new WorkerStatus(
        draining ? Phase.DRAINING : phase,
        address(),
        status.version(),
        status.schedulerSoftware(),
        status.clockSkew(),
        problem);
  }

  private void gone(SchedulerSession which) {
    if (!stopped) {
      LOG.log(Level.WARNING, "The session has ended at the scheduler; shaking hands again");
    }
    session = null;
    status = without(draining ? Phase.DRAINING : Phase.CONNECTING, null);
    listener.gone(which);
    connect();
  }

  /** The session is ended from here: that it is gone is no news then. */
  public void sayBye() {
    sayingBye = true;
  }

  /** Forgets a session that was left in good order, and begins another one. */
  public void reconnect() {
    session = null;
    sayingBye = false;
    status = without(Phase.CONNECTING, null);
    connect();
  }

  /** The worker takes no more work. */
  public void draining() {
    draining = true;
    status = ofSession(Phase.DRAINING, Optional.empty());
  }

  /** No further try; the session, if there is one, stays usable for its last words. */
  public void stop() {
    stopped = true;
  }

  /** The end. */
  public void stopped() {
    status = without(Phase.STOPPED, null);
  }

  private WorkerStatus without(Phase phase, ProblemDetail problem) {
    return new WorkerStatus(
        phase,
        servers.get(serverIndex),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(problem));
  }
}
