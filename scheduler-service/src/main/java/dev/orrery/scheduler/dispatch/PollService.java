package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.database.EngineExecutor;
import dev.orrery.scheduler.dispatch.ClaimStore.Held;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.worker.PollConfig;
import dev.orrery.scheduler.worker.RenewalService;
import dev.orrery.scheduler.worker.Session;
import dev.orrery.scheduler.worker.SessionRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Takes polls in. */
@ApplicationScoped
public class PollService {
  private static final Logger LOG = Logger.getLogger(PollService.class);
  private static final long LONGEST_WAIT_MILLIS = 120_000;

  /** Between the start of a claim and its delivery; if it takes longer, a poll is made in vain. */
  private static final Duration HEARING = Duration.ofSeconds(5);

  private final SessionRegistry sessions;
  private final RenewalService renewals;
  private final Dispatcher dispatcher;
  private final ClaimStore store;
  private final AssignmentFactory assignments;
  private final UndeliveredAttempts unheardCancels;
  private final UndeliveredStore unheardStore;
  private final EngineExecutor executor;
  private final PollConfig config;
  private final Map<UUID, SessionDelivery> desks = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor timers;
  private volatile boolean stopping;

  PollService(
      SessionRegistry sessions,
      RenewalService renewals,
      Dispatcher dispatcher,
      ClaimStore store,
      AssignmentFactory assignments,
      UndeliveredAttempts unheardCancels,
      UndeliveredStore unheardStore,
      EngineExecutor executor,
      PollConfig config,
      HintBus hints) {
    this.sessions = sessions;
    this.renewals = renewals;
    this.dispatcher = dispatcher;
    this.store = store;
    this.assignments = assignments;
    this.unheardCancels = unheardCancels;
    this.unheardStore = unheardStore;
    this.executor = executor;
    this.config = config;
    this.timers = new ScheduledThreadPoolExecutor(1, PollService::timerThread);
    this.timers.setRemoveOnCancelPolicy(true);
    hints.listen(this::hear);
  }

  /**
   * Parks a poll until there is something to say.
   *
   * @param transport that brings the answer
   * @param whenGone is handed an action to run when the caller has gone, so that no work is given
   *     to nobody
   * @return the answer, or a {@link ProblemException} {@code SESSION_GONE}
   */
  public CompletableFuture<PollResponse> poll(
      Caller caller, PollRequest request, Protocol transport, Consumer<Runnable> whenGone) {
    if (stopping) {
      return CompletableFuture.failedFuture(
          ProblemException.unavailable("The scheduler is stopping."));
    }
    return sessions
        .find(caller, request.session())
        .thenCompose(session -> park(session, request, transport, whenGone));
  }

  private CompletableFuture<PollResponse> park(
      Session session, PollRequest request, Protocol transport, Consumer<Runnable> whenGone) {
    renewals.seen(session, request.held(), request.draining());
    SessionDelivery desk = desks.computeIfAbsent(session.id(), id -> new SessionDelivery(session));
    ParkedPoll poll = new ParkedPoll(request, session.capacity(), transport);
    switch (desk.arrive(poll)) {
      case ANSWERED -> {
        return poll.answer();
      }
      case IN_DOUBT -> executor.execute(() -> resolve(desk, poll));
      case WANTS_WORK -> dispatcher.wantsWork(desk);
      case WANTS_CANCELS -> {}
    }
    whenGone.accept(() -> desk.release(poll));
    poll.timedBy(
        timers.schedule(() -> desk.release(poll), waitMillis(request), TimeUnit.MILLISECONDS));
    return poll.answer();
  }

  private void resolve(SessionDelivery desk, ParkedPoll poll) {
    try {
      Held held;
      SessionDelivery.Resolution resolution;
      do {
        long doubts = desk.doubts();
        held = store.held(desk.session().id());
        List<Assignment> found = assignments.of(held.active());
        resolution = desk.resolve(poll, found, doubts);
      } while (resolution == SessionDelivery.Resolution.STILL_IN_DOUBT);
      if (resolution == SessionDelivery.Resolution.WANTS_WORK) {
        dispatcher.wantsWork(desk);
      }
      if (resolution != SessionDelivery.Resolution.SUPERSEDED) {
        unheardCancels.end(desk.session().id(), held.canceled(), poll.held());
      }
    } catch (RuntimeException e) {
      LOG.warnf("What a session holds could not be read: %s", e.getMessage());
      desk.doubt(e);
    }
  }

  /**
   * Finds attempts of which nobody told their worker, and tells it; blocks. A claim of another
   * replica came through after the worker had moved here, and that replica waits for a poll that
   * never comes, or has ended.
   */
  public void bringUnheard() {
    Map<UUID, Set<AttemptRef>> named = new HashMap<>();
    desks.forEach((session, desk) -> desk.named().ifPresent(held -> named.put(session, held)));
    if (named.isEmpty()) {
      return;
    }
    for (UUID session : unheardStore.unheard(named, HEARING)) {
      SessionDelivery desk = desks.get(session);
      if (desk != null) {
        LOG.infof(
            "Session of worker %s has an attempt that the worker does not name; it is given again",
            desk.session().worker());
        desk.askAgain();
      }
    }
  }

  /** Attempts that a session has reported: they are not to be given again. */
  public void reported(UUID session, Collection<AttemptRef> attempts) {
    SessionDelivery desk = desks.get(session);
    if (desk != null) {
      desk.reported(attempts);
    }
  }

  private void hear(Hint hint) {
    if (hint instanceof Hint.CancelRequested cancel) {
      SessionDelivery desk = desks.get(cancel.session());
      if (desk != null) {
        desk.cancel(cancel.attempt());
      }
    } else if (hint instanceof Hint.SessionEnded ended) {
      SessionDelivery desk = desks.remove(ended.session());
      if (desk != null) {
        desk.end(
            ProblemException.of(
                ErrorCode.SESSION_GONE, "The session has ended; shake hands again."));
      }
    }
  }

  private long waitMillis(PollRequest request) {
    long asked = request.waitMillis() <= 0 ? config.timeout().toMillis() : request.waitMillis();
    return Math.min(asked, LONGEST_WAIT_MILLIS);
  }

  /**
   * Ends all parked polls, and takes no more: workers turn to another replica, or wait. To be
   * called by whoever closes the listeners, before it waits for requests under way.
   */
  public void stop() {
    stopping = true;
    ProblemException reason = ProblemException.unavailable("The scheduler is stopping.");
    desks.values().forEach(desk -> desk.end(reason));
    timers.shutdown();
  }

  private static Thread timerThread(Runnable runnable) {
    Thread thread = new Thread(runnable, "orrery-poll-timer");
    thread.setDaemon(true);
    return thread;
  }
}
