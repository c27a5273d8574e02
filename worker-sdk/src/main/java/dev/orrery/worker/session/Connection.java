package dev.orrery.worker.session;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Verb;
import dev.orrery.protocol.message.DiscoveryAnswer;
import dev.orrery.protocol.message.HandshakeAnswer;
import dev.orrery.protocol.message.Offer;
import dev.orrery.protocol.message.Problem;
import dev.orrery.worker.WorkerCounters;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.core.Backoff;
import dev.orrery.worker.core.Core;
import dev.orrery.worker.wire.Wire;
import dev.orrery.worker.wire.WireException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Comes to an agreement with a scheduler, and again when it is lost. Belongs to the worker's
 * thread; only {@link #status} may be asked from others.
 *
 * <p>An address may be that of the protocol http itself, where hands are shaken at once, or that of
 * the API, which does not know the handshake and is asked where it is.
 */
public final class Connection {
  private static final Logger LOG = System.getLogger(Connection.class.getName());
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final Core core;
  private final Wire wire;
  private final List<URI> servers;
  private final Offer offer;
  private final Backoff backoff;
  private final WorkerCounters counters;
  private final InstantSource clock;
  private Listener listener;
  private int serverIndex;
  private Session session;
  private boolean leaving;
  private boolean moving;
  private boolean draining;
  private boolean stopped;
  private Problem lastProblem;
  private volatile WorkerStatus status;

  /** Hears of sessions, on the worker's thread. */
  public interface Listener {
    /** A session has begun. */
    void opened(Session session);

    /** The session is to end, once what it holds has ended. */
    void leaving();

    /** The session has ended, and with it the right to all that it held. */
    void gone(Session session);
  }

  public Connection(
      Core core,
      Wire wire,
      List<URI> servers,
      Offer offer,
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
  public Session session() {
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
        wire.ask(address, Verb.HANDSHAKE, offer, LONGEST),
        (answer, failure) -> {
          if (stopped) {
            return;
          }
          if (failure == null && isAgreement(answer)) {
            open(address, sentAt, answer);
          } else if (failure == null) {
            notConnected(
                Problem.of(
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
  private static boolean isAgreement(HandshakeAnswer answer) {
    return answer.session() != null && !answer.session().isBlank();
  }

  /** There is a scheduler, but hands are not shaken on this port. */
  private static boolean isApiPort(Throwable failure) {
    return failure instanceof WireException refused && refused.code() == ErrorCode.NOT_FOUND;
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

  private void askWhere(URI server, Consumer<URI> there, Consumer<Problem> nowhere) {
    core.handle(
        wire.ask(server, Verb.DISCOVERY, offer, LONGEST),
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
                          Problem.of(
                              ErrorCode.PROTOCOL_MISMATCH,
                              "The scheduler names no address for "
                                  + wire.transport().canonicalName()
                                  + " that can be dialled.",
                              null)));
        });
  }

  private Optional<URI> endpoint(DiscoveryAnswer answer) {
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

  private void open(URI address, long sentAt, HandshakeAnswer answer) {
    backoff.reset();
    lastProblem = null;
    leaving = false;
    counters.sessions().increment();
    session =
        new Session(
            answer.session(),
            address,
            Duration.ofMillis(answer.pollWaitMillis()),
            Duration.ofMillis(answer.renewEveryMillis()),
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

  private void notConnected(Problem problem) {
    boolean unreachable =
        problem.code() == ErrorCode.UNREACHABLE || problem.code() == ErrorCode.UNAVAILABLE;
    if (lastProblem == null || lastProblem.code() != problem.code()) {
      LOG.log(
          Level.WARNING,
          "No agreement with the scheduler at {0}: {1} {2}{3}",
          servers.get(serverIndex),
          problem.code(),
          problem.detail(),
          problem.settingToChange() == null ? "" : " To change: " + problem.settingToChange());
    }
    lastProblem = problem;
    serverIndex = (serverIndex + 1) % servers.size();
    status = without(unreachable ? Phase.UNREACHABLE : Phase.REFUSED, problem);
    core.after(backoff.next(), this::connect);
  }

  private static Problem problem(Throwable failure) {
    return failure instanceof WireException wire
        ? wire.problem()
        : Problem.of(ErrorCode.UNREACHABLE, String.valueOf(failure), null);
  }

  /**
   * A verb of a session has failed. The session lives on unless the scheduler says that it is gone;
   * if nothing answers, another address is tried for it.
   */
  public void failed(Session which, Throwable failure) {
    if (!which.equals(session)) {
      return;
    }
    Problem problem = problem(failure);
    if (problem.code() == ErrorCode.SESSION_GONE) {
      gone(which);
    } else {
      if (problem.code() == ErrorCode.UNREACHABLE) {
        moveOn(which);
      }
      boolean unreachable = problem.code() == ErrorCode.UNREACHABLE;
      status = ofSession(unreachable ? Phase.UNREACHABLE : status.phase(), Optional.of(problem));
    }
  }

  /** Looks for the session's next replica, where there are several. */
  private void moveOn(Session which) {
    if (servers.size() == 1 || moving) {
      return;
    }
    moving = true;
    serverIndex = (serverIndex + 1) % servers.size();
    askWhere(
        servers.get(serverIndex),
        address -> {
          moving = false;
          if (which.equals(session)) {
            LOG.log(Level.INFO, "The session goes on at {0}", address);
            session = session.movedTo(address);
          }
        },
        problem -> moving = false);
  }

  /** A verb of the session has been answered after one that was not. */
  public void worked(Session which) {
    if (which.equals(session) && status.problem().isPresent()) {
      LOG.log(Level.INFO, "The scheduler at {0} answers again", which.address());
      status = ofSession(Phase.AGREED, Optional.empty());
    }
  }

  private WorkerStatus ofSession(Phase phase, Optional<Problem> problem) {
    return new WorkerStatus(
        draining ? Phase.DRAINING : phase,
        address(),
        status.version(),
        status.schedulerSoftware(),
        status.clockSkew(),
        problem);
  }

  private void gone(Session which) {
    LOG.log(Level.WARNING, "The session has ended at the scheduler; shaking hands again");
    session = null;
    status = without(draining ? Phase.DRAINING : Phase.CONNECTING, null);
    listener.gone(which);
    connect();
  }

  /** Forgets a session that was left in good order, and begins another one. */
  public void reconnect() {
    session = null;
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

  private WorkerStatus without(Phase phase, Problem problem) {
    return new WorkerStatus(
        phase,
        servers.get(serverIndex),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(problem));
  }
}
