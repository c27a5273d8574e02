package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.housekeeping.HousekeepingSource;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemTexts;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.base.time.TimerThread;
import dev.orrery.scheduler.engine.worker.PollConfig;
import dev.orrery.scheduler.engine.worker.RenewalService;
import dev.orrery.scheduler.engine.worker.Session;
import dev.orrery.scheduler.engine.worker.SessionRegistry;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.CallerWatch;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Accepts polls: finds the session, renews it, and passes the poll to the session's {@link
 * SessionDelivery}, which answers it.
 */
@ApplicationScoped
public class PollService implements HousekeepingSource {
  /** Parked polls of an app may name 500,000 attempts that their workers hold. */
  static final long MAX_HELD_BYTES_PER_APP = 16L * 1024 * 1024;

  /** A named attempt and its places in a set. */
  private static final int BYTES_PER_ATTEMPT = 32;

  private static final long MIN_HELD_BYTES = 4 * MAX_HELD_BYTES_PER_APP;
  private static final int PART_OF_HEAP = 8;

  private final SessionRegistry sessions;
  private final RenewalService renewals;
  private final Dispatcher dispatcher;
  private final RedeliveryService redelivery;
  private final CallerWatch callers;
  private final PollConfig config;
  private final AppQuota heldBytes;
  private final Map<UUID, SessionDelivery> deliveries = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor timers = TimerThread.named("orrery-poll-timer");
  private volatile boolean stopping;

  PollService(
      SessionRegistry sessions,
      RenewalService renewals,
      Dispatcher dispatcher,
      RedeliveryService redelivery,
      CallerWatch callers,
      PollConfig config,
      HintBus hints,
      QuotaMetrics quotas) {
    this.sessions = sessions;
    this.renewals = renewals;
    this.dispatcher = dispatcher;
    this.redelivery = redelivery;
    this.callers = callers;
    this.config = config;
    this.heldBytes =
        quotas.watch(
            "held_attempt_bytes",
            new AppQuota(
                Math.max(MIN_HELD_BYTES, Runtime.getRuntime().maxMemory() / PART_OF_HEAP),
                MAX_HELD_BYTES_PER_APP));
    hints.listen(this::onHint);
  }

  /**
   * Parks a poll until there is work or a cancel for it, or its time is over.
   *
   * @param protocol of the answer
   * @param whenGone gets an action to run when the connection of the caller has closed, so that no
   *     work is sent to it
   * @return the answer, or a {@link ProblemException}: {@code SESSION_GONE}, {@code OVERLOADED}, or
   *     {@code UNAUTHENTICATED} if the caller becomes invalid while the poll is parked
   */
  public CompletableFuture<PollResponse> poll(
      Caller caller, PollRequest request, Protocol protocol, Consumer<Runnable> whenGone) {
    if (stopping) {
      return CompletableFuture.failedFuture(ProblemException.unavailable(ProblemTexts.STOPPING));
    }
    return sessions
        .find(caller, request.session())
        .thenCompose(
            session -> {
              renewals.renewIfStale(session, request.held(), request.draining());
              return accept(caller, session, request, protocol, whenGone);
            });
  }

  /**
   * Parks a poll that a gateway sends for a worker, as {@link #poll} does. It says nothing about
   * the life of the worker, so it does not renew the session.
   */
  public CompletableFuture<PollResponse> pollWithoutRenewal(
      Caller caller, PollRequest request, Protocol protocol) {
    if (stopping) {
      return CompletableFuture.failedFuture(ProblemException.unavailable(ProblemTexts.STOPPING));
    }
    return sessions
        .find(caller, request.session())
        .thenCompose(session -> accept(caller, session, request, protocol, gone -> {}));
  }

  private CompletableFuture<PollResponse> accept(
      Caller caller,
      Session session,
      PollRequest request,
      Protocol protocol,
      Consumer<Runnable> whenGone) {
    ParkedPoll poll = new ParkedPoll(request, session.capacity(), protocol);
    Optional<QuotaPermit> place =
        heldBytes.hold(session.appId(), (long) BYTES_PER_ATTEMPT * poll.held().size());
    if (place.isEmpty()) {
      return CompletableFuture.failedFuture(
          ProblemException.overloaded(
              "'held': the parked polls of the app name more than "
                  + MAX_HELD_BYTES_PER_APP / BYTES_PER_ATTEMPT
                  + " attempts at this replica, or those of all apps name too many. Lower"
                  + " 'capacity', or use more replicas."));
    }
    var unused = poll.answer().whenComplete((done, failure) -> place.get().release());
    SessionDelivery delivery = deliveries.computeIfAbsent(session.id(), id -> deliveryOf(session));
    poll.watchedBy(
        callers.watch(
            caller, reason -> delivery.refuse(poll, reason), () -> delivery.resume(poll)));
    delivery.accept(poll);
    if (!poll.answer().isDone()) {
      whenGone.accept(() -> delivery.release(poll));
      poll.cancelWhenAnswered(
          timers.schedule(
              () -> delivery.release(poll), waitMillis(request), TimeUnit.MILLISECONDS));
    }
    return poll.answer();
  }

  private SessionDelivery deliveryOf(Session session) {
    return new SessionDelivery(session, dispatcher::requestWork, redelivery::requestRead);
  }

  /**
   * Makes workers poll again if their sessions hold attempts that they do not have; blocks. Called
   * periodically.
   */
  public void redeliver() {
    redelivery.redeliver(deliveries);
  }

  /** Records that a session has reported these attempts. They must not be sent again. */
  public void reported(UUID session, Collection<AttemptRef> attempts) {
    SessionDelivery delivery = deliveries.get(session);
    if (delivery != null) {
      delivery.onReported(attempts);
    }
  }

  private void onHint(Hint hint) {
    if (hint instanceof Hint.CancelRequested cancel) {
      SessionDelivery delivery = deliveries.get(cancel.session());
      if (delivery != null) {
        delivery.cancel(cancel.attempt());
      }
    } else if (hint instanceof Hint.Deliver deliver) {
      deliver.sessions().forEach(this::forceRedelivery);
    } else if (hint instanceof Hint.SessionEnded ended) {
      SessionDelivery delivery = deliveries.remove(ended.session());
      if (delivery != null) {
        delivery.end(
            ProblemException.of(
                ErrorCode.SESSION_GONE, "The session has ended; make a new handshake."));
      }
    }
  }

  private void forceRedelivery(UUID session) {
    SessionDelivery delivery = deliveries.get(session);
    if (delivery != null) {
      delivery.forceRedelivery();
    }
  }

  /** Returns the bounded time that the worker asks for; the configured one if it asks for none. */
  long waitMillis(PollRequest request) {
    long requested = request.waitMillis() <= 0 ? config.timeout().toMillis() : request.waitMillis();
    return Math.min(requested, PollConfig.LONGEST.toMillis());
  }

  /**
   * Fails all parked polls, and all later ones: workers continue at another replica, or retry. The
   * owner of the listeners must call this before it waits for requests in flight.
   */
  public void stop() {
    stopping = true;
    ProblemException reason = ProblemException.unavailable(ProblemTexts.STOPPING);
    deliveries.values().forEach(delivery -> delivery.end(reason));
    timers.shutdown();
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(
        new HousekeepingChore("redelivery", Schedule.EVERY_TEN_SECONDS, this::redeliver));
  }
}
