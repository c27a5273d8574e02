package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.worker.Processor;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.attempt.HeldAttempt.State;
import dev.orrery.worker.core.ActivityCounters;
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

/** All attempts of this worker. Belongs to the event loop. */
public final class AttemptRegistry {
  private static final Logger LOG = System.getLogger(AttemptRegistry.class.getName());

  /**
   * Additional time after the grace period, in which a processor kills the processes that it
   * started.
   */
  private static final Duration ABANDON_MARGIN = Duration.ofSeconds(2);

  private final EventLoop loop;
  private final Map<String, Processor> processors;
  private final int capacity;
  private final Duration killGracePeriod;
  private final ActivityCounters counters;
  private final Map<AttemptRef, HeldAttempt> held = new LinkedHashMap<>();
  private final AtomicInteger threadNumber = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool(this::thread);
  private final Deque<HeldAttempt> buffered = new ArrayDeque<>();
  private Listener listener;
  private int running;
  private int unreported;
  private boolean draining;

  /**
   * @param processors by their name in the offer
   * @param capacity the maximum number of attempts at once
   * @param killGracePeriod how long a stopped attempt may take before its thread is abandoned
   */
  public AttemptRegistry(
      EventLoop loop,
      Map<String, Processor> processors,
      int capacity,
      Duration killGracePeriod,
      ActivityCounters counters) {
    this.loop = loop;
    this.processors = Map.copyOf(processors);
    this.capacity = capacity;
    this.killGracePeriod = killGracePeriod;
    this.counters = counters;
  }

  /** Receives the events of attempts, on the event loop. */
  public interface Listener {
    /** The attempt wrote its first line; more may follow. */
    void onFirstLine(HeldAttempt held);

    /** The attempt has progress that was not sent yet. */
    void onProgress(HeldAttempt held);

    /** The attempt has ended, and must be reported. */
    void onEnded(HeldAttempt held);

    /** The attempt no longer belongs to this worker and must not be reported. */
    void onDropped(HeldAttempt held);

    /** There is room for more attempts. */
    void onFreed();
  }

  /** Sets the listener. Must be called once, before {@link #take}. */
  public void setListener(Listener only) {
    listener = only;
  }

  /** Adds the attempts of a poll; ignores attempts that the worker already has. */
  public void take(String session, Lease lease, Collection<Assignment> assignments) {
    for (Assignment assignment : assignments) {
      if (!held.containsKey(assignment.ref())) {
        HeldAttempt one = new HeldAttempt(assignment, session);
        held.put(assignment.ref(), one);
        if (draining) {
          endUnstarted(one, AttemptOutcome.HANDED_BACK);
        } else {
          buffered.add(one);
        }
      }
    }
    startBuffered(lease);
  }

  /** Starts as many buffered attempts as the capacity and the lease allow. */
  public void startBuffered(Lease lease) {
    while (running < capacity && !buffered.isEmpty() && lease.mayStart(loop.nanos())) {
      start(buffered.removeFirst());
    }
  }

  private void start(HeldAttempt one) {
    Processor processor = processors.get(one.assignment().processor().offerName());
    if (processor == null) {
      endUnstarted(
          one,
          new AttemptOutcome(
              AttemptReport.Outcome.FAILED,
              null,
              "this worker has no processor " + one.assignment().processor().offerName()));
      return;
    }
    RunningAttempt attempt = new RunningAttempt(one.assignment(), one.log(), one.progress());
    one.log().onFirstLine(() -> loop.execute(() -> firstLineIfRunning(one)));
    one.progress().onChange(() -> loop.execute(() -> listener.onProgress(one)));
    Long timeoutMillis = one.assignment().timeoutMillis();
    ScheduledTask timer =
        timeoutMillis == null
            ? null
            : loop.after(Duration.ofMillis(timeoutMillis), () -> stop(one, StopCause.TIMED_OUT));
    one.started(attempt, timer, loop.nanos());
    running++;
    counters.attemptStarted();
    threads.execute(
        () -> {
          AttemptOutcome outcome = attempt.run(processor);
          loop.execute(() -> endIfRunning(one, attempt, outcome));
        });
  }

  private void firstLineIfRunning(HeldAttempt one) {
    if (one.state() == State.RUNNING) {
      listener.onFirstLine(one);
    }
  }

  private void endIfRunning(HeldAttempt one, RunningAttempt attempt, AttemptOutcome outcome) {
    if (one.state() != State.RUNNING || one.running() != attempt) {
      // The attempt was abandoned before.
      return;
    }
    running--;
    one.ended(outcome, loop.nanos());
    if (isLost(attempt)) {
      // The outcome does not matter, because another worker reports this instance.
      held.remove(one.ref());
      listener.onDropped(one);
    } else {
      unreported++;
      listener.onEnded(one);
    }
    listener.onFreed();
  }

  private static boolean isLost(RunningAttempt attempt) {
    return attempt.stopCause().filter(cause -> cause == StopCause.LOST).isPresent();
  }

  /** Ends an attempt that left the buffer without having started. */
  private void endUnstarted(HeldAttempt one, AttemptOutcome outcome) {
    one.ended(outcome, loop.nanos());
    unreported++;
    listener.onEnded(one);
  }

  /** Stops canceled attempts; they are reported when they have ended. */
  public void cancel(Collection<AttemptRef> attempts) {
    attempts.stream()
        .map(held::get)
        .filter(one -> one != null)
        .forEach(one -> stop(one, StopCause.CANCELED));
  }

  /** Drops attempts that no longer belong to this worker. */
  public void markLost(Collection<AttemptRef> attempts) {
    attempts.stream().map(held::get).filter(one -> one != null).forEach(this::markLost);
  }

  /**
   * Drops the attempts of a lost session. Ended ones are still reported: the scheduler decides
   * whether a report is stale.
   */
  public void markSessionLost(String session) {
    List.copyOf(held.values()).stream()
        .filter(one -> one.session().equals(session) && one.state() != State.ENDED)
        .forEach(this::markLost);
  }

  private void markLost(HeldAttempt one) {
    switch (one.state()) {
      case RUNNING -> {
        // Every renewal names the attempt again until it has ended.
        if (!isLost(one.running())) {
          counters.attemptLost();
          LOG.log(
              Level.WARNING,
              "Attempt lost; stopping it: attempt={0} job={1}",
              one.ref(),
              one.assignment().job());
        }
        stop(one, StopCause.LOST);
      }
      case BUFFERED -> {
        buffered.remove(one);
        held.remove(one.ref());
        listener.onFreed();
      }
      // Its report is pending, or has a verdict.
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
        one.setTimer(loop.after(killGracePeriod.plus(ABANDON_MARGIN), () -> abandon(one, attempt)));
      }
    }
  }

  private void abandon(HeldAttempt one, RunningAttempt attempt) {
    if (one.state() == State.RUNNING && one.running() == attempt) {
      LOG.log(
          Level.ERROR,
          "Attempt ignored its stop; abandoning its thread: attempt={0} job={1}",
          one.ref(),
          one.assignment().job());
      endIfRunning(one, attempt, attempt.abandoned());
    }
  }

  /** Hands back the attempts that have not been started. */
  public void handBackBuffered() {
    while (!buffered.isEmpty()) {
      endUnstarted(buffered.removeFirst(), AttemptOutcome.HANDED_BACK);
    }
  }

  /** Stops running attempts and starts no more; reports all of them as handed back. */
  public void stopForDrain() {
    draining = true;
    List.copyOf(held.values()).stream()
        .filter(one -> one.state() == State.RUNNING)
        .forEach(one -> stop(one, StopCause.DRAINED));
  }

  /** The scheduler has accepted or rejected the report. */
  public void acknowledge(HeldAttempt one, long nextPoll) {
    unreported--;
    one.acknowledge(nextPoll);
    listener.onFreed();
  }

  /**
   * Forgets attempts that were acknowledged before this poll was sent. The polls up to this one are
   * answered, so no response can redeliver these attempts.
   */
  public void forgetBefore(long poll) {
    held.values().removeIf(one -> one.isForgottenAfter(poll));
  }

  /** The number of attempts that the worker can take. */
  public int free() {
    // Unreported attempts take room, too; otherwise their number would grow without bound.
    int taken = running + buffered.size();
    return Math.max(0, Math.min(capacity - taken, 2 * capacity - taken - unreported));
  }

  public int capacity() {
    return capacity;
  }

  /** The attempts of the session without an acknowledged report. */
  public List<AttemptRef> heldBy(String session) {
    List<AttemptRef> refs = new ArrayList<>();
    for (HeldAttempt one : held.values()) {
      if (one.state() != State.ACKNOWLEDGED && one.session().equals(session)) {
        refs.add(one.ref());
      }
    }
    return refs;
  }

  public int active() {
    return running + buffered.size();
  }

  /** The number of ended attempts whose report has no verdict yet. */
  public int unreported() {
    return unreported;
  }

  /** Returns true if no attempt runs, is buffered, or waits for its report. */
  public boolean isEmpty() {
    return active() == 0 && unreported == 0;
  }

  /** Interrupts the threads of attempts, without waiting for them. */
  public void close() {
    threads.shutdownNow();
  }

  private Thread thread(Runnable runnable) {
    Thread thread = new Thread(runnable, "orrery-attempt-" + threadNumber.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
