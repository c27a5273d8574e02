package dev.orrery.worker;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.worker.attempt.AttemptRegistry;
import dev.orrery.worker.attempt.HeldAttempt;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.client.ProtocolClientException;
import dev.orrery.worker.core.ActivityCounters;
import dev.orrery.worker.core.Backoff;
import dev.orrery.worker.core.EventLoop;
import dev.orrery.worker.core.EventLoopThread;
import dev.orrery.worker.log.LogSender;
import dev.orrery.worker.poll.Poller;
import dev.orrery.worker.renew.LeaseRenewer;
import dev.orrery.worker.report.Reporter;
import dev.orrery.worker.session.SchedulerConnection;
import dev.orrery.worker.session.SchedulerSession;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A worker inside of any Java application: connects to a scheduler, runs what it gives, and reports
 * what came of it. All methods may be called from any thread.
 *
 * <p>Started by {@link WorkerSettings#start}; {@link #close} lets running attempts end first.
 */
public final class OrreryWorker implements AutoCloseable {
  private static final Logger LOG = System.getLogger(OrreryWorker.class.getName());

  private static final Duration SAY_BYE = Duration.ofSeconds(5);
  private static final Duration RETRY_BYE = Duration.ofMillis(200);

  private final WorkerSettings settings;
  private final ActivityCounters counters = new ActivityCounters();
  private final EventLoop core;
  private final ProtocolClient wire;
  private final AttemptRegistry attempts;
  private final SchedulerConnection connection;
  private final LeaseRenewer renewing;
  private final Poller polling;
  private final LogSender logs;
  private final Reporter reporting;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private boolean draining;
  private boolean mayLeave;

  OrreryWorker(WorkerSettings settings) {
    this(settings, new EventLoopThread(), settings.openWire());
  }

  /** Both are closed with the worker. */
  OrreryWorker(WorkerSettings settings, EventLoop core, ProtocolClient wire) {
    this.settings = settings;
    this.core = core;
    this.wire = wire;
    WorkerOffer offer = settings.offer(wire.protocol());
    attempts =
        new AttemptRegistry(
            core, settings.processors(), settings.capacity(), settings.killGracePeriod(), counters);
    connection =
        new SchedulerConnection(
            core,
            wire,
            settings.servers(),
            offer,
            Backoff.ofWorker(),
            counters,
            InstantSource.system());
    renewing = new LeaseRenewer(core, wire, attempts, connection, Backoff.ofWorker());
    polling = new Poller(core, wire, attempts, connection, Backoff.ofWorker(), counters);
    logs = new LogSender(core, wire, connection::address, Backoff.ofWorker());
    reporting =
        new Reporter(
            core, wire, connection::address, Backoff.ofWorker(), counters, this::reportTaken);
  }

  void start() {
    core.execute(
        () -> {
          attempts.listen(new AttemptListener());
          connection.listen(new SessionListener());
          logs.listen(reporting::add);
          connection.connect();
        });
  }

  /** How this worker stands to its scheduler. */
  public WorkerStatus status() {
    return connection.status();
  }

  /** The protocol that it speaks. */
  public Protocol protocol() {
    return wire.protocol();
  }

  /** What it has done so far. */
  public WorkerCounters counters() {
    return counters;
  }

  /**
   * Leaves in good order: takes no more work, gives back what is not started, lets what runs end
   * within the drain time-out, hands back what is cut off then, and ends the session. Returns when
   * that is done, or when the scheduler could not be told.
   */
  @Override
  public void close() {
    core.execute(this::drain);
    Duration longest =
        settings.drainTimeout().plus(settings.killGracePeriod()).plus(SAY_BYE).plus(SAY_BYE);
    try {
      closed.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.log(
          Level.WARNING,
          "The scheduler could not be told; what this worker held runs again after its lease");
    } catch (ExecutionException e) {
      LOG.log(Level.ERROR, "The worker did not end in good order", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    attempts.close();
    core.close();
    wire.close();
    connection.stopped();
  }

  private void drain() {
    if (draining) {
      return;
    }
    draining = true;
    connection.stop();
    connection.draining();
    attempts.handBackBuffered();
    core.after(settings.drainTimeout(), attempts::stopForDrain);
    if (connection.isOpen()) {
      renewing.drain();
      polling.drain(this::nothingComes);
    } else {
      nothingComes();
    }
  }

  /** From now on only what is here keeps this worker. */
  private void nothingComes() {
    mayLeave = true;
    leaveIfDone();
  }

  /** When nothing is left to run or to report, the session can end. */
  private void leaveIfDone() {
    if (!attempts.isEmpty()) {
      return;
    }
    if (mayLeave && !closed.isDone()) {
      // What an answer still brings is on its way to others from the good-bye on.
      attempts.stopForDrain();
      bye(() -> closed.complete(null));
    } else if (!draining && connection.isOpen() && connection.isLeaving()) {
      bye(connection::reconnect);
    }
  }

  private void bye(Runnable then) {
    if (connection.isOpen()) {
      connection.sayBye();
      bye(connection.session(), core.nanos() + SAY_BYE.toNanos(), then);
    } else {
      then.run();
    }
  }

  /** Tries until the scheduler has heard it, or until it is no use: the lease will say it too. */
  private void bye(SchedulerSession session, long untilNanos, Runnable then) {
    ByeRequest request = new ByeRequest(session.id(), attempts.heldBy(session.id()));
    // It may have moved since the last try.
    URI address = session.equals(connection.session()) ? connection.address() : session.address();
    core.handle(
        wire.ask(address, WorkerOperation.BYE, request, SAY_BYE),
        (answer, failure) -> {
          if (failure == null || isGone(failure)) {
            then.run();
          } else if (core.nanos() - untilNanos > 0) {
            LOG.log(Level.WARNING, "The scheduler did not hear our good-bye");
            then.run();
          } else {
            connection.failed(session, failure);
            core.after(RETRY_BYE, () -> bye(session, untilNanos, then));
          }
        });
  }

  private static boolean isGone(Throwable failure) {
    return failure instanceof ProtocolClientException refused
        && refused.code() == ErrorCode.SESSION_GONE;
  }

  private void reportTaken(HeldAttempt held) {
    attempts.acknowledged(held, polling.nextSequence());
    leaveIfDone();
  }

  /** Reacts to the events of attempts. */
  private final class AttemptListener implements AttemptRegistry.Listener {
    @Override
    public void writes(HeldAttempt held) {
      logs.watch(held);
    }

    @Override
    public void progressed(HeldAttempt held) {
      renewing.progressed(held);
    }

    @Override
    public void ended(HeldAttempt held) {
      renewing.ended(held);
      logs.finish(held);
    }

    @Override
    public void dropped(HeldAttempt held) {
      logs.forget(held);
      leaveIfDone();
    }

    @Override
    public void freed() {
      if (connection.isOpen()) {
        attempts.startBuffered(connection.session().lease());
      }
      polling.freed();
    }
  }

  /** Reacts to the events of sessions. */
  private final class SessionListener implements SchedulerConnection.Listener {
    @Override
    public void opened(SchedulerSession session) {
      renewing.begin(session);
      reporting.retryNow();
      polling.begin();
    }

    @Override
    public void leaving() {
      leaveIfDone();
    }

    @Override
    public void gone(SchedulerSession session) {
      attempts.loseSession(session.id());
    }
  }

  /** How much it has to do; asks the worker's thread, for at most a second. */
  public WorkerLoad load() {
    CompletableFuture<WorkerLoad> load = new CompletableFuture<>();
    core.execute(
        () ->
            load.complete(
                new WorkerLoad(attempts.active(), attempts.unreported(), attempts.capacity())));
    return load.completeOnTimeout(new WorkerLoad(0, 0, settings.capacity()), 1, TimeUnit.SECONDS)
        .join();
  }

  /** Names of what this worker can run. */
  public List<String> processors() {
    return List.copyOf(settings.processors().keySet());
  }
}
