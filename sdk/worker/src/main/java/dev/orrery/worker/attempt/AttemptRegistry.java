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
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * Holds all attempts of this worker: buffers and starts them, stops them, and collects their
 * outcomes. Belongs to the event loop.
 */
public final class AttemptRegistry {
  private static final Logger LOG = System.getLogger(AttemptRegistry.class.getName());

  /**
   * Additional time after the grace period, in which a processor kills the processes that it
   * started.
   */
  private static final Duration ABANDON_MARGIN = Duration.ofSeconds(2);

  private final EventLoop loop;
  private final Map<String, Processor> processors;

  /** The names of those that leave nothing on a thread; asked once, not on the event loop. */
  private final Set<String> clean;

  private final int capacity;
  private final Duration killGracePeriod;
  private final ActivityCounters counters;
  private final Map<AttemptRef, HeldAttempt> held = new LinkedHashMap<>();
  private final AttemptThreads threads;
  private final Deque<HeldAttempt> buffered = new ArrayDeque<>();

  /** Ends that no task has taken yet: the first one of a burst posts a task for all of them. */
  private final Queue<End> ends = new ConcurrentLinkedQueue<>();

  private final AtomicBoolean endsPosted = new AtomicBoolean();
  private Listener listener;
  private int running;
  private int unreported;
  private boolean draining;

  /**
   * @param processors by their name in the offer
   * @param capacity the maximum number of attempts at once
   * @param killGracePeriod how long a stopped attempt may take before its thread is abandoned
   * @param threads of the attempts; closed with this object
   */
  public AttemptRegistry(
      EventLoop loop,
      Map<String, Processor> processors,
      int capacity,
      Duration killGracePeriod,
      ActivityCounters counters,
      AttemptThreads threads) {
    this.loop = loop;
    this.processors = Map.copyOf(processors);
    clean =
        processors.entrySet().stream()
            .filter(each -> each.getValue().leavesThreadClean())
            .map(Map.Entry::getKey)
            .collect(Collectors.toUnmodifiableSet());
    this.capacity = capacity;
    this.killGracePeriod = killGracePeriod;
    this.counters = counters;
    this.threads = threads;
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
      HeldAttempt attempt = new HeldAttempt(assignment, session);
      if (held.putIfAbsent(attempt.ref(), attempt) == null) {
        if (draining) {
          endUnstarted(attempt, AttemptOutcome.HANDED_BACK);
        } else {
          buffered.add(attempt);
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

  private void start(HeldAttempt attempt) {
    String name = attempt.assignment().processor().offerName();
    Processor processor = processors.get(name);
    if (processor == null) {
      endUnstarted(
          attempt,
          new AttemptOutcome(
              AttemptReport.Outcome.FAILED, null, "this worker has no processor " + name));
      return;
    }
    RunningAttempt execution =
        new RunningAttempt(
            attempt.assignment(),
            attempt.log(),
            attempt.progress(),
            threads.ofStops(clean.contains(name)));
    attempt.log().onFirstLine(() -> loop.execute(() -> firstLineIfRunning(attempt)));
    attempt.progress().onChange(() -> loop.execute(() -> listener.onProgress(attempt)));
    Long timeoutMillis = attempt.assignment().timeoutMillis();
    ScheduledTask timer =
        timeoutMillis == null
            ? null
            : loop.after(
                Duration.ofMillis(timeoutMillis), () -> stop(attempt, StopCause.TIMED_OUT));
    attempt.started(execution, timer, loop.nanos());
    running++;
    counters.attemptStarted();
    threads.run(
        clean.contains(name),
        () -> ended(attempt, execution, execution.run(processor)),
        refusal -> ended(attempt, execution, execution.refused(refusal)));
  }

  private record End(HeldAttempt attempt, RunningAttempt execution, AttemptOutcome outcome) {}

  private void ended(HeldAttempt attempt, RunningAttempt execution, AttemptOutcome outcome) {
    ends.add(new End(attempt, execution, outcome));
    postEnds();
  }

  private void postEnds() {
    if (endsPosted.compareAndSet(false, true)) {
      loop.execute(this::takeEnds);
    }
  }

  private void takeEnds() {
    // Before the queue is read: an end that comes after that posts a task of its own.
    endsPosted.set(false);
    try {
      boolean isFreed = false;
      for (End end = ends.poll(); end != null; end = ends.poll()) {
        isFreed |= endIfRunning(end.attempt(), end.execution(), end.outcome());
      }
      if (isFreed) {
        listener.onFreed();
      }
    } finally {
      if (!ends.isEmpty()) {
        postEnds();
      }
    }
  }

  private void firstLineIfRunning(HeldAttempt attempt) {
    if (attempt.state() == State.RUNNING) {
      listener.onFirstLine(attempt);
    }
  }

  private boolean endIfRunning(
      HeldAttempt attempt, RunningAttempt execution, AttemptOutcome outcome) {
    if (attempt.state() != State.RUNNING || attempt.running() != execution) {
      // The attempt was abandoned before.
      return false;
    }
    running--;
    attempt.ended(outcome, loop.nanos());
    if (isLost(execution)) {
      // The outcome does not matter, because another worker reports this instance.
      held.remove(attempt.ref());
      listener.onDropped(attempt);
    } else {
      unreported++;
      listener.onEnded(attempt);
    }
    return true;
  }

  private static boolean isLost(RunningAttempt execution) {
    return execution.stopCause().filter(cause -> cause == StopCause.LOST).isPresent();
  }

  /** Ends an attempt that left the buffer without having started. */
  private void endUnstarted(HeldAttempt attempt, AttemptOutcome outcome) {
    attempt.ended(outcome, loop.nanos());
    unreported++;
    listener.onEnded(attempt);
  }

  /** Stops canceled attempts; they are reported when they have ended. */
  public void cancel(Collection<AttemptRef> attempts) {
    attempts.stream()
        .map(held::get)
        .filter(attempt -> attempt != null)
        .forEach(attempt -> stop(attempt, StopCause.CANCELED));
  }

  /** Drops attempts that no longer belong to this worker. */
  public void markLost(Collection<AttemptRef> attempts) {
    attempts.stream().map(held::get).filter(attempt -> attempt != null).forEach(this::markLost);
  }

  /**
   * Drops the attempts of a lost session. Ended ones are still reported: the scheduler decides
   * whether a report is stale.
   */
  public void markSessionLost(String session) {
    List.copyOf(held.values()).stream()
        .filter(attempt -> attempt.session().equals(session) && attempt.state() != State.ENDED)
        .forEach(this::markLost);
  }

  private void markLost(HeldAttempt attempt) {
    switch (attempt.state()) {
      case RUNNING -> {
        // Every renewal names the attempt again until it has ended.
        if (!isLost(attempt.running())) {
          counters.attemptLost();
          LOG.log(
              Level.WARNING,
              "Attempt lost; stopping it: attempt={0} job={1}",
              attempt.ref(),
              attempt.assignment().job());
        }
        stop(attempt, StopCause.LOST);
      }
      case BUFFERED -> {
        buffered.remove(attempt);
        held.remove(attempt.ref());
        listener.onFreed();
      }
      // Its report is pending, or has a verdict.
      case ENDED, ACKNOWLEDGED -> {}
    }
  }

  private void stop(HeldAttempt attempt, StopCause cause) {
    if (attempt.state() == State.BUFFERED) {
      buffered.remove(attempt);
      endUnstarted(attempt, new AttemptOutcome(AttemptReport.Outcome.CANCELED, null, null));
    } else if (attempt.state() == State.RUNNING) {
      RunningAttempt execution = attempt.running();
      boolean first = execution.stopCause().isEmpty();
      if (first) {
        attempt.setTimer(
            loop.after(killGracePeriod.plus(ABANDON_MARGIN), () -> abandon(attempt, execution)));
      }
      execution.stop(cause);
    }
  }

  private void abandon(HeldAttempt attempt, RunningAttempt execution) {
    if (attempt.state() == State.RUNNING && attempt.running() == execution) {
      LOG.log(
          Level.ERROR,
          "Attempt did not stop; abandoning its thread: attempt={0} job={1}",
          attempt.ref(),
          attempt.assignment().job());
      if (endIfRunning(attempt, execution, execution.abandoned())) {
        listener.onFreed();
      }
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
        .filter(attempt -> attempt.state() == State.RUNNING)
        .forEach(attempt -> stop(attempt, StopCause.DRAINED));
  }

  /** The scheduler has accepted or rejected the report. */
  public void acknowledge(HeldAttempt attempt, long nextPoll) {
    unreported--;
    attempt.acknowledge(nextPoll);
    listener.onFreed();
  }

  /**
   * Forgets attempts that were acknowledged before this poll was sent. The polls up to this one are
   * answered, so no response can redeliver these attempts.
   */
  public void forgetBefore(long poll) {
    held.values().removeIf(attempt -> attempt.isForgottenAfter(poll));
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
    for (HeldAttempt attempt : held.values()) {
      if (attempt.state() != State.ACKNOWLEDGED && attempt.session().equals(session)) {
        refs.add(attempt.ref());
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
    threads.close();
  }
}
