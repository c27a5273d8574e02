package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.worker.Session;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The open poll of one session on this replica, and the attempts that were sent to it and that the
 * worker has not confirmed yet. An answer can be lost on the network; its attempts are then sent
 * again.
 *
 * <p>This state is a cache: the database knows what a session holds. It is read again whenever this
 * state may be wrong: another replica answered before or in between, an answer was lost, a claim
 * failed with an unknown result, or the session holds an attempt that its worker does not name. A
 * claim that was in flight during that read may or may not be part of its result, so the read is
 * repeated.
 */
final class SessionDelivery {
  private final Session session;
  private final Set<AttemptRef> unconfirmed = new HashSet<>();
  private final Set<AttemptRef> cancels = new LinkedHashSet<>();
  private long newestSequence = Long.MIN_VALUE;
  private ParkedPoll parked;
  private boolean inDoubt = true;
  private long doubts;
  private long resolutions;
  private ProblemException ended;

  SessionDelivery(Session session) {
    this.session = session;
  }

  Session session() {
    return session;
  }

  /** The treatment of a poll that has arrived. */
  enum Arrival {
    /** It has been answered. */
    ANSWERED,
    /** It is parked and wants work. */
    WANTS_WORK,
    /** It is parked for cancels only. */
    WANTS_CANCELS,
    /** It is parked, and the database is to be asked what the session holds. */
    IN_DOUBT
  }

  /** Takes a poll in; an older one that is still parked is answered empty. */
  synchronized Arrival arrive(ParkedPoll poll) {
    if (ended != null) {
      poll.answer().completeExceptionally(ended);
      return Arrival.ANSWERED;
    }
    if (poll.sequence() <= newestSequence) {
      answer(poll, List.of(), List.of());
      return Arrival.ANSWERED;
    }
    if (poll.sequence() != newestSequence + 1) {
      // What is missing was lost, or taken by another replica, which may have claimed for it.
      inDoubt = true;
    }
    newestSequence = poll.sequence();
    if (parked != null) {
      answerParked(List.of(), List.of());
    }
    unconfirmed.removeAll(poll.held());
    parked = poll;
    if (inDoubt || !unconfirmed.isEmpty()) {
      return Arrival.IN_DOUBT;
    }
    cancels.retainAll(poll.held());
    if (!cancels.isEmpty()) {
      answerParked(List.of(), takeCancels());
      return Arrival.ANSWERED;
    }
    return poll.free() > 0 ? Arrival.WANTS_WORK : Arrival.WANTS_CANCELS;
  }

  /** To be asked before the database is, for {@link #resolve}. */
  synchronized long doubts() {
    return doubts;
  }

  /** The result of reading a session's attempts from the database. */
  enum Resolution {
    /** Nothing is left to do for this poll. */
    DONE,
    /** The poll is still parked, and wants work. */
    WANTS_WORK,
    /** Something was claimed for the session while the database was asked: ask again. */
    STILL_IN_DOUBT,
    /** A newer poll has come in, and asks for itself. */
    SUPERSEDED
  }

  /**
   * The database has told what the session holds. What the poll did not name is given again.
   *
   * @param found all that the session holds
   * @param doubtsBefore as it was before the database was asked
   */
  synchronized Resolution resolve(ParkedPoll poll, List<Assignment> found, long doubtsBefore) {
    if (parked != poll) {
      return Resolution.SUPERSEDED;
    }
    if (doubts != doubtsBefore) {
      return Resolution.STILL_IN_DOUBT;
    }
    inDoubt = false;
    resolutions++;
    unconfirmed.clear();
    List<Assignment> missing =
        found.stream().filter(assignment -> !poll.held().contains(assignment.ref())).toList();
    if (!missing.isEmpty()) {
      give(missing);
      return Resolution.DONE;
    }
    cancels.retainAll(poll.held());
    if (!cancels.isEmpty()) {
      answerParked(List.of(), takeCancels());
      return Resolution.DONE;
    }
    return poll.free() > 0 ? Resolution.WANTS_WORK : Resolution.DONE;
  }

  /** How many attempts the parked poll can take now; 0 if there is none. */
  synchronized int free() {
    return parked == null || inDoubt ? 0 : parked.free();
  }

  /** To be asked before a claim is made, for {@link #deliver}. */
  synchronized long resolutions() {
    return resolutions;
  }

  /**
   * Gives claimed attempts to the parked poll; if it has gone meanwhile, the next one gets them.
   *
   * @param resolutionsBefore as it was before the claim was made
   */
  synchronized void deliver(List<Assignment> claimed, long resolutionsBefore) {
    if (resolutions != resolutionsBefore) {
      // They may have been given already, and have ended since.
      askAgain();
    } else if (parked == null || inDoubt) {
      beInDoubt();
    } else {
      give(claimed);
    }
  }

  private void give(List<Assignment> attempts) {
    List<Assignment> fitting = ResponseSize.fitting(attempts, parked.protocol());
    fitting.forEach(assignment -> unconfirmed.add(assignment.ref()));
    if (fitting.size() < attempts.size()) {
      beInDoubt();
    }
    answerParked(fitting, takeCancels());
  }

  /**
   * The database did not answer, so it is not known what the session holds. The parked poll fails,
   * so that the worker backs off, and the next one asks again.
   */
  synchronized void doubt(RuntimeException reason) {
    beInDoubt();
    failParked(reason);
  }

  /** What the worker has, if its poll is parked: nothing has been given to it since. */
  synchronized Optional<Set<AttemptRef>> named() {
    return parked == null || inDoubt ? Optional.empty() : Optional.of(parked.held());
  }

  /**
   * The session may have attempts that its worker does not name. The next poll brings them, which
   * says what the worker has by then; it is asked for at once.
   */
  synchronized void askAgain() {
    beInDoubt();
    if (parked != null) {
      answerParked(List.of(), List.of());
    }
  }

  private void beInDoubt() {
    inDoubt = true;
    doubts++;
  }

  /** The session has reported these; they will not be named as held any more. */
  synchronized void reported(Collection<AttemptRef> attempts) {
    unconfirmed.removeAll(attempts);
    cancels.removeAll(attempts);
  }

  /** Tells the worker to stop an attempt; at once if a poll is parked. */
  synchronized void cancel(AttemptRef attempt) {
    cancels.add(attempt);
    if (parked != null && !inDoubt) {
      answerParked(List.of(), takeCancels());
    }
  }

  /** Answers the poll empty, if it is still parked: its time is over, or its caller has gone. */
  synchronized void release(ParkedPoll poll) {
    if (parked == poll) {
      answerParked(List.of(), List.of());
    }
  }

  /** The session has ended: no poll of it is served any more. */
  synchronized void end(ProblemException reason) {
    ended = reason;
    failParked(reason);
  }

  private void failParked(RuntimeException reason) {
    ParkedPoll failed = parked;
    parked = null;
    if (failed != null) {
      failed.answer().completeExceptionally(reason);
    }
  }

  private List<AttemptRef> takeCancels() {
    List<AttemptRef> taken = new ArrayList<>(cancels);
    // Said once here; renewals say it again until the attempt has ended.
    cancels.clear();
    return taken;
  }

  private void answerParked(List<Assignment> attempts, List<AttemptRef> canceled) {
    ParkedPoll poll = parked;
    parked = null;
    answer(poll, attempts, canceled);
  }

  private void answer(ParkedPoll poll, List<Assignment> attempts, List<AttemptRef> canceled) {
    poll.answer()
        .complete(new PollResponse(attempts, canceled, session.leaseRemaining().toMillis(), false));
  }
}
