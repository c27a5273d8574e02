package dev.orrery.worker;

import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.worker.attempt.AttemptRegistry;
import dev.orrery.worker.attempt.HeldAttempt;
import dev.orrery.worker.client.OperationTimeouts;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.core.ActivityCounters;
import dev.orrery.worker.core.EventLoop;
import dev.orrery.worker.core.EventLoopThread;
import dev.orrery.worker.core.FailureBackoff;
import dev.orrery.worker.log.LogSender;
import dev.orrery.worker.poll.Poller;
import dev.orrery.worker.renew.LeaseRenewer;
import dev.orrery.worker.report.Reporter;
import dev.orrery.worker.session.SchedulerConnection;
import dev.orrery.worker.session.SchedulerSession;
import dev.orrery.worker.session.SettingHint;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A worker inside any Java application: connects to a scheduler, runs the attempts that it
 * delivers, and reports their outcomes. Thread-safe.
 *
 * <p>{@link WorkerSettings#start} starts it; {@link #close} waits for running attempts.
 */
public final class OrreryWorker implements AutoCloseable {
  private static final Logger LOG = System.getLogger(OrreryWorker.class.getName());

  private final WorkerSettings settings;
  private final ActivityCounters counters = new ActivityCounters();
  private final EventLoop loop;
  private final ProtocolClient client;
  private final AttemptRegistry attempts;
  private final SchedulerConnection connection;
  private final LeaseRenewer renewer;
  private final Poller poller;
  private final LogSender logs;
  private final Reporter reporter;
  private final SessionClose sessionClose;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private boolean draining;
  private boolean noAttemptCanArrive;

  OrreryWorker(WorkerSettings settings) {
    this(settings, new EventLoopThread(), settings.openClient());
  }

  /** Closes the event loop and the client with the worker. */
  OrreryWorker(WorkerSettings settings, EventLoop loop, ProtocolClient client) {
    this.settings = settings;
    this.loop = loop;
    this.client = client;
    WorkerOffer offer = settings.offer(client.protocol());
    attempts =
        new AttemptRegistry(
            loop,
            settings.processors(),
            settings.capacity(),
            settings.killGracePeriod(),
            counters,
            settings.openThreads());
    connection =
        new SchedulerConnection(
            loop,
            client,
            settings.servers(),
            offer,
            new SettingHint(client.protocol(), settings.settingNames()),
            FailureBackoff.ofWorker(),
            counters,
            InstantSource.system());
    renewer = new LeaseRenewer(loop, client, attempts, connection, FailureBackoff.ofWorker());
    poller = new Poller(loop, client, attempts, connection, FailureBackoff.ofWorker(), counters);
    logs = new LogSender(loop, client, connection::address, FailureBackoff.ofWorker());
    reporter =
        new Reporter(
            loop,
            client,
            connection::address,
            FailureBackoff.ofWorker(),
            counters,
            this::reportTaken);
    sessionClose = new SessionClose(loop, client, attempts, connection, settings);
  }

  void start() {
    loop.execute(
        () -> {
          attempts.setListener(new AttemptListener());
          connection.setListener(new SessionListener());
          logs.setOnDelivered(reporter::add);
          connection.connect();
        });
  }

  public WorkerStatus status() {
    return connection.status();
  }

  /** The name of the protocol, such as {@code http}. */
  public String protocol() {
    return client.protocol().canonicalName();
  }

  /** Totals since the start of the worker. */
  public WorkerCounters counters() {
    return counters;
  }

  /**
   * Drains and stops the worker: takes no more work, hands back attempts that have not started,
   * waits for running ones up to the drain time-out, then stops and hands back the rest, and ends
   * the session. Returns when that is done, or when the scheduler could not be reached in time.
   */
  @Override
  public void close() {
    loop.execute(this::drain);
    Duration longest =
        settings.drainTimeout().plus(settings.killGracePeriod()).plus(SessionClose.MAX_TIME);
    try {
      closed.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.log(
          Level.WARNING,
          "Worker stopped without closing its session; its attempts run again when the lease"
              + " expires: app={0} worker={1} scheduler={2}",
          settings.app(),
          settings.name(),
          connection.address());
    } catch (ExecutionException e) {
      LOG.log(Level.ERROR, "Failed to drain the worker; stopping it anyway", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    attempts.close();
    loop.close();
    client.close();
    connection.markStopped();
    stopped.countDown();
  }

  /**
   * Waits until the worker has been closed. Its threads are daemons, so a {@code main} that does
   * nothing else must call this.
   */
  public void awaitClosed() throws InterruptedException {
    stopped.await();
  }

  private void drain() {
    if (draining) {
      return;
    }
    draining = true;
    connection.drain();
    attempts.handBackBuffered();
    loop.after(settings.drainTimeout(), attempts::stopForDrain);
    if (connection.isOpen()) {
      renewer.drain();
      poller.drain(this::onPollsDrained);
    } else if (connection.isHandshaking()) {
      // The scheduler may have opened a session by now, which would be there until its lease ends.
      loop.after(OperationTimeouts.BYE, this::onPollsDrained);
    } else {
      onPollsDrained();
    }
  }

  /** No further attempt can arrive, so the bye waits only for attempts that the worker holds. */
  private void onPollsDrained() {
    noAttemptCanArrive = true;
    leaveIfDone();
  }

  /** Ends the session when all attempts have ended and are reported. */
  private void leaveIfDone() {
    if (!attempts.isEmpty()) {
      return;
    }
    if (noAttemptCanArrive && !closed.isDone()) {
      // After the bye the scheduler delivers the attempts of late responses to other workers.
      attempts.stopForDrain();
      sessionClose.send(() -> closed.complete(null));
    } else if (connection.isLeaving()) {
      sessionClose.send(connection::reconnect);
    }
  }

  private void reportTaken(HeldAttempt held) {
    attempts.acknowledge(held, poller.nextSequence());
    leaveIfDone();
  }

  private final class AttemptListener implements AttemptRegistry.Listener {
    @Override
    public void onFirstLine(HeldAttempt held) {
      logs.watch(held);
    }

    @Override
    public void onProgress(HeldAttempt held) {
      renewer.onProgress(held);
    }

    @Override
    public void onEnded(HeldAttempt held) {
      renewer.onEnded(held);
      logs.finish(held);
    }

    @Override
    public void onDropped(HeldAttempt held) {
      logs.forget(held);
      leaveIfDone();
    }

    @Override
    public void onFreed() {
      if (connection.isOpen()) {
        attempts.startBuffered(connection.session().lease());
      }
      poller.onFreed();
    }
  }

  private final class SessionListener implements SchedulerConnection.Listener {
    @Override
    public void onOpened(SchedulerSession session) {
      renewer.begin(session);
      reporter.retryNow();
      poller.begin();
    }

    @Override
    public void onMoved() {
      renewer.renewNow();
      poller.pollNow();
    }

    @Override
    public void onServedAgain() {
      renewer.retryNow();
      poller.retryNow();
      logs.retryNow();
      reporter.retryNow();
    }

    @Override
    public void onDrainRequested() {
      leaveIfDone();
    }

    @Override
    public void onGone(SchedulerSession session) {
      attempts.markSessionLost(session.id());
    }

    @Override
    public void onLateHandshake(Optional<SchedulerSession> unused) {
      unused.ifPresentOrElse(
          session -> sessionClose.send(session, OrreryWorker.this::onPollsDrained),
          OrreryWorker.this::onPollsDrained);
    }
  }

  /** Returns the current load; waits for the event loop for at most a second. */
  public WorkerLoad load() {
    CompletableFuture<WorkerLoad> load = new CompletableFuture<>();
    loop.execute(
        () ->
            load.complete(
                new WorkerLoad(attempts.active(), attempts.unreported(), attempts.capacity())));
    return load.completeOnTimeout(new WorkerLoad(0, 0, settings.capacity()), 1, TimeUnit.SECONDS)
        .join();
  }

  public List<String> processors() {
    return List.copyOf(settings.processors().keySet());
  }
}
