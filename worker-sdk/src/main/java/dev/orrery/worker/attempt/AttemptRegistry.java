package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.worker.Processor;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.WorkerCounters;
import dev.orrery.worker.attempt.HeldAttempt.State;
import dev.orrery.worker.core.EventLoop;
import dev.orrery.worker.core.ScheduledTask;
import dev.orrery.worker.session.Lease;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** All attempts that this worker knows of. Belongs to the worker's thread. */
public final class AttemptRegistry {
  private static final Logger LOG = System.getLogger(AttemptRegistry.class.getName());

  private final EventLoop core;
  private final Map<String, Processor> processors;
  private final int capacity;
  private final Duration killGracePeriod;
  private final WorkerCounters counters;
  private final Map<AttemptRef, HeldAttempt> held = new LinkedHashMap<>();
  private final AtomicInteger threadNumber = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool(this::thread);
  private final Deque<HeldAttempt> buffered = new ArrayDeque<>();
  private Listener listener;
  private int running;
  private int unreported;
  private boolean startsNothing;

  /**
   * @param processors by the name that stands in the offer
   * @param capacity attempts that run at once
   * @param killGracePeriod how long a stopped attempt may take before it is given up
   */
  public AttemptRegistry(
      EventLoop core,
      Map<String, Processor> processors,
      int capacity,
      Duration killGracePeriod,
      WorkerCounters counters) {
    this.core = core;
    this.processors = Map.copyOf(processors);
    this.capacity = capacity;
    this.killGracePeriod = killGracePeriod;
    this.counters = counters;
  }

  /** Hears what becomes of attempts, on the worker's thread. */
  public interface Listener {
    /** Wrote its first line; more may follow. */
    void writes(HeldAttempt held);

    /** Has come further than the scheduler knows. */
    void progressed(HeldAttempt held);

    /** Has ended, and is to be reported. */
    void ended(HeldAttempt held);

    /** Is not this worker's any more, and is not reported. */
    void dropped(HeldAttempt held);

    /** There is room for more. */
    void freed();
  }

  /** To be called once, before anything is taken. */
  public void listen(Listener only) {
    listener = only;
  }

  /** Takes what a poll brought; what is known already is left as it is. */
  public void take(String session, Lease lease, Collection<Assignment> assignments) {
    for (Assignment assignment : assignments) {
      if (!held.containsKey(assignment.ref())) {
        HeldAttempt one = new HeldAttempt(assignment, session);
        held.put(assignment.ref(), one);
        if (startsNothing) {
          endUnstarted(one, AttemptOutcome.HANDED_BACK);
        } else {
          buffered.add(one);
        }
      }
    }
    startBuffered(lease);
  }

  /** Starts what there is room for, as long as the lease allows it. */
  public void startBuffered(Lease lease) {
    while (running < capacity && !buffered.isEmpty() && lease.mayStart(core.nanos())) {
      start(buffered.removeFirst());
    }
  }

  private void start(HeldAttempt one) {
    Processor processor = processors.get(one.assignment().processor().processor());
    if (processor == null) {
      endUnstarted(
          one,
          new AttemptOutcome(
              AttemptReport.Outcome.FAILED,
              null,
              "this worker has no processor " + one.assignment().processor().processor()));
      return;
    }
    RunningAttempt attempt = new RunningAttempt(one.assignment(), one.log(), one.progress());
    one.log().whenFirstWritten(() -> core.execute(() -> writesIfRunning(one)));
    one.progress().whenChanged(() -> core.execute(() -> listener.progressed(one)));
    Long timeoutMillis = one.assignment().timeoutMillis();
    ScheduledTask timer =
        timeoutMillis == null
            ? null
            : core.after(Duration.ofMillis(timeoutMillis), () -> stop(one, StopCause.TIMED_OUT));
    one.started(attempt, timer);
    running++;
    counters.started().increment();
    threads.execute(
        () -> {
          AttemptOutcome outcome = attempt.run(processor);
          core.execute(() -> endIfRunning(one, attempt, outcome));
        });
  }

  private void writesIfRunning(HeldAttempt one) {
    if (one.state() == State.RUNNING) {
      listener.writes(one);
    }
  }

  private void endIfRunning(HeldAttempt one, RunningAttempt attempt, AttemptOutcome outcome) {
    if (one.state() != State.RUNNING || one.running() != attempt) {
      // It was given up before.
      return;
    }
    running--;
    one.ended(outcome);
    if (isLost(attempt)) {
      // Whatever it came to: it is not ours to report any more.
      held.remove(one.ref());
      listener.dropped(one);
    } else {
      unreported++;
      listener.ended(one);
    }
    listener.freed();
  }

  private static boolean isLost(RunningAttempt attempt) {
    return attempt.stopCause().filter(cause -> cause == StopCause.LOST).isPresent();
  }

  /** For one that is not in the buffer any more. */
  private void endUnstarted(HeldAttempt one, AttemptOutcome outcome) {
    one.ended(outcome);
    unreported++;
    listener.ended(one);
  }

  /** Stops attempts that the scheduler wants canceled; they are reported when they have ended. */
  public void cancel(Collection<AttemptRef> attempts) {
    attempts.stream()
        .map(held::get)
        .filter(one -> one != null)
        .forEach(one -> stop(one, StopCause.CANCELED));
  }

  /** Drops attempts that are no longer this worker's. */
  public void lose(Collection<AttemptRef> attempts) {
    attempts.stream().map(held::get).filter(one -> one != null).forEach(this::lose);
  }

  /**
   * Drops all that a session had; what has ended is still reported, and found to be stale or not by
   * the scheduler.
   */
  public void loseSession(String session) {
    List.copyOf(held.values()).stream()
        .filter(one -> one.session().equals(session) && one.state() != State.ENDED)
        .forEach(this::lose);
  }

  private void lose(HeldAttempt one) {
    switch (one.state()) {
      case RUNNING -> {
        // Renewals say it again until it has ended.
        if (!isLost(one.running())) {
          counters.lost().increment();
          LOG.log(Level.WARNING, "Attempt {0} is no longer ours and is stopped", one.ref());
        }
        stop(one, StopCause.LOST);
      }
      case BUFFERED -> {
        buffered.remove(one);
        held.remove(one.ref());
        listener.freed();
      }
      // Its report is on its way, or was taken, and says the same.
      case ENDED, ACKNOWLEDGED -> {}
    }
  }

  private void stop(HeldAttempt one, StopCause cause) {
    if (one.state() == State.BUFFERED) {
      buffered.remove(one);
      endUnstarted(one, new AttemptOutcome(AttemptReport.Outcome.CANCELED, null, null));
    } else if (one.state() == State.RUNNING) {
      RunningAttempt attempt = one.running();
      boolean first = attempt.stopCause().isEmpty();
      attempt.stop(cause);
      if (first) {
        one.timer(core.after(killGracePeriod.plus(GIVE_UP), () -> abandon(one, attempt)));
      }
    }
  }

  /** Beyond the grace, in which a processor kills what it has started. */
  private static final Duration GIVE_UP = Duration.ofSeconds(2);

  private void abandon(HeldAttempt one, RunningAttempt attempt) {
    if (one.state() == State.RUNNING && one.running() == attempt) {
      LOG.log(
          Level.ERROR,
          "Attempt {0} of job {1} does not end though it was stopped; its thread is given up",
          one.ref(),
          one.assignment().job());
      endIfRunning(one, attempt, attempt.abandoned());
    }
  }

  /** Gives back what has not been started. */
  public void handBackBuffered() {
    while (!buffered.isEmpty()) {
      endUnstarted(buffered.removeFirst(), AttemptOutcome.HANDED_BACK);
    }
  }

  /** Stops all that runs and starts nothing any more; all of it is reported as handed back. */
  public void stopForDrain() {
    startsNothing = true;
    List.copyOf(held.values()).stream()
        .filter(one -> one.state() == State.RUNNING)
        .forEach(one -> stop(one, StopCause.DRAINED));
  }

  /** The scheduler has taken the report, or does not want it. */
  public void acknowledged(HeldAttempt one, long nextPoll) {
    unreported--;
    one.acknowledged(nextPoll);
    listener.freed();
  }

  /**
   * Forgets what was acknowledged before this poll was sent: it has been answered, and so have all
   * before it, so none of it can be given again.
   */
  public void forgetBefore(long poll) {
    held.values().removeIf(one -> one.isForgottenAfter(poll));
  }

  /** How many more attempts could be taken. */
  public int free() {
    // What has ended and cannot be reported takes room too, else it would grow without bound.
    int taken = running + buffered.size();
    return Math.max(0, Math.min(capacity - taken, 2 * capacity - taken - unreported));
  }

  public int capacity() {
    return capacity;
  }

  /** What the session has, and the scheduler does not know to have ended. */
  public List<AttemptRef> heldBy(String session) {
    List<AttemptRef> refs = new ArrayList<>();
    for (HeldAttempt one : held.values()) {
      if (one.state() != State.ACKNOWLEDGED && one.session().equals(session)) {
        refs.add(one.ref());
      }
    }
    return refs;
  }

  /** How many run or are about to. */
  public int active() {
    return running + buffered.size();
  }

  /** How many have ended, and are not known to the scheduler to have. */
  public int unreported() {
    return unreported;
  }

  /** Whether nothing runs, and nothing waits to be reported. */
  public boolean isEmpty() {
    return active() == 0 && unreported == 0;
  }

  /** Ends the threads; what still runs is left to itself. */
  public void close() {
    threads.shutdownNow();
  }

  private Thread thread(Runnable runnable) {
    Thread thread = new Thread(runnable, "orrery-attempt-" + threadNumber.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
