package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.engine.worker.Session;
import dev.orrery.scheduler.http.security.WatchedCall;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The open poll of one session on this replica, and the attempts sent to the session that its
 * worker has not acknowledged yet. A poll acknowledges the attempts that it names as held. An
 * answer can be lost on the network; its attempts are then sent again.
 *
 * <p>This state is a cache: the database knows the attempts that a session holds.
 *
 * <pre>
 *                  verify: nothing was claimed during the read
 *   UNVERIFIED ────────────────────────────────────────────────► VERIFIED
 *        ▲                                                           │
 *        └───────────────────────────────────────────────────────────┘
 *          a poll is missing, an answer may be lost, a claim failed or found no poll
 *
 *   ENDED: from both, when the session has ended or this replica stops
 * </pre>
 *
 * <p>In VERIFIED a poll waits for work and cancels. In UNVERIFIED a poll waits for a read of the
 * database ({@link RedeliveryService}), and nothing is sent before it. Two epochs find the races
 * between that read and a claim:
 *
 * <pre>
 *   claimEpoch: a claim commits during a read, which may have missed its rows
 *
 *     read:    claimEpoch = 4, select ────────────────────► verify(4): is 5 now, so read again
 *     claim:             commit, deliver: no verified poll, claimEpoch = 5
 *
 *   readEpoch: a read has sent rows of a claim before the claim delivers them. They may have ended
 *   since, so they must not be sent a second time
 *
 *     claim:   readEpoch = 7, commit ─────────────────────► deliver(7): is 8 now, so send nothing
 *     read:            select, verify: rows sent, readEpoch = 8         and force a new read
 *     worker:                    runs the rows, reports them
 * </pre>
 *
 * <p>A poll whose caller is not trusted ({@link WatchedCall#isTrusted}) gets no attempts. If the
 * caller is refused, the poll fails, and attempts of a claim in flight are returned instead of
 * sent. A later poll of the session with a valid token gets attempts again.
 *
 * <p>Methods hold the monitor of this object and call no other class of this package that locks.
 * The next step of a poll starts after the monitor is released, because a {@link ClaimBatcher}
 * holds its own while it calls {@link #free}.
 */
final class SessionDelivery {
  /** The relation of this cache to the database. */
  private enum Phase {
    /** The two may differ: the database must be read before anything is sent. */
    UNVERIFIED,
    /** Both have the same attempts, unless a claim is in flight. */
    VERIFIED,
    /** No poll is served any more. */
    ENDED
  }

  /** The state of a poll, which determines its next step. */
  enum Step {
    /** It has its answer. */
    ANSWERED,
    /** It is parked, and the attempts of the session must be read. */
    NEEDS_READ,
    /** It is parked, and has free slots. */
    NEEDS_WORK,
    /** It is parked for cancels only. */
    WAITS,
    /** A newer poll has taken its place. */
    SUPERSEDED
  }

  private final Session session;
  private final Consumer<SessionDelivery> workRequests;
  private final BiConsumer<SessionDelivery, ParkedPoll> readRequests;
  private final Set<AttemptRef> unacked = new HashSet<>();

  /**
   * Attempts that were claimed for the session, and not reported to this replica, regardless of the
   * attempts that polls name. A full set is read again from the database, because attempts also end
   * in other ways.
   */
  private final Set<AttemptRef> outstanding = new HashSet<>();

  private final Set<AttemptRef> cancels = new LinkedHashSet<>();

  /**
   * Attempts of claims that met no trusted caller, and are being returned: a read that finds them
   * before that must not send them.
   */
  private final Set<AttemptRef> returned = new HashSet<>();

  private Phase phase = Phase.UNVERIFIED;

  /** True if the last read did not see all attempts of the session. */
  private boolean partlyRead;

  private long newestSequence = Long.MIN_VALUE;
  private ParkedPoll parked;

  /** True from the refusal of the last poll's caller until the next poll. */
  private boolean refused;

  private long claimEpoch;
  private long readEpoch;
  private ProblemException endReason;

  /**
   * @param workRequests gets this delivery when its poll is parked with free slots
   * @param readRequests gets this delivery and its poll when the attempts of the session must be
   *     read; {@link #onRead} must follow, or {@link #fail}
   */
  SessionDelivery(
      Session session,
      Consumer<SessionDelivery> workRequests,
      BiConsumer<SessionDelivery, ParkedPoll> readRequests) {
    this.session = session;
    this.workRequests = workRequests;
    this.readRequests = readRequests;
  }

  /**
   * The result of a read.
   *
   * @param missing attempts to be sent, unless the poll names them
   * @param all attempts that the session holds
   * @param complete whether no further ones are missing
   */
  record Held(List<Assignment> missing, Collection<AttemptRef> all, boolean complete) {}

  Session session() {
    return session;
  }

  /** Returns the most attempts that the session may hold. */
  int maxHeld() {
    return ParkedPoll.MAX_HELD_PER_CAPACITY * session.capacity();
  }

  /** Answers a poll, or parks it and starts its next step. */
  void accept(ParkedPoll poll) {
    start(poll, park(poll));
  }

  /** Starts the next step of a poll whose caller is trusted again. */
  void resume(ParkedPoll poll) {
    start(poll, stepOf(poll));
  }

  private synchronized Step stepOf(ParkedPoll poll) {
    if (parked != poll) {
      return Step.SUPERSEDED;
    }
    return phase == Phase.VERIFIED ? answerCancelsOrWait(poll) : Step.NEEDS_READ;
  }

  private void start(ParkedPoll poll, Step step) {
    if (step == Step.NEEDS_READ) {
      readRequests.accept(this, poll);
    } else if (step == Step.NEEDS_WORK) {
      workRequests.accept(this);
    }
  }

  synchronized Step park(ParkedPoll poll) {
    if (phase == Phase.ENDED) {
      poll.answer().completeExceptionally(endReason);
      return Step.ANSWERED;
    }
    if (poll.answer().isDone()) {
      // Its caller was refused in the meantime.
      return Step.ANSWERED;
    }
    if (poll.sequence() <= newestSequence) {
      answer(poll, List.of(), List.of());
      return Step.ANSWERED;
    }
    if (poll.sequence() != newestSequence + 1) {
      // The missing polls were lost, or another replica got them and may have claimed for them.
      phase = Phase.UNVERIFIED;
    }
    newestSequence = poll.sequence();
    if (parked != null) {
      answerParked(List.of(), List.of());
    }
    poll.held().forEach(unacked::remove);
    parked = poll;
    refused = false;
    if (!unacked.isEmpty() || partlyRead || (poll.free() > 0 && outstanding.size() >= maxHeld())) {
      phase = Phase.UNVERIFIED;
    }
    return phase == Phase.VERIFIED ? answerCancelsOrWait(poll) : Step.NEEDS_READ;
  }

  private Step answerCancelsOrWait(ParkedPoll poll) {
    cancels.retainAll(poll.held());
    if (!cancels.isEmpty()) {
      answerParked(List.of(), takeCancels());
      return Step.ANSWERED;
    }
    return free() > 0 ? Step.NEEDS_WORK : Step.WAITS;
  }

  /** Returns the number of claims that a read could have missed; call this before the read. */
  synchronized long claimEpoch() {
    return claimEpoch;
  }

  /**
   * Takes the result of a read. Attempts that the poll does not name are sent again.
   *
   * @param found the attempts that the session holds
   * @param claimEpochBefore {@link #claimEpoch} before the read
   * @return {@link Step#NEEDS_READ} if attempts were claimed during the read, which must then be
   *     repeated
   */
  Step onRead(ParkedPoll poll, Held found, long claimEpochBefore) {
    Step step = verify(poll, found, claimEpochBefore);
    if (step == Step.NEEDS_WORK) {
      workRequests.accept(this);
    }
    return step;
  }

  private synchronized Step verify(ParkedPoll poll, Held found, long claimEpochBefore) {
    if (parked != poll) {
      return Step.SUPERSEDED;
    }
    if (claimEpoch != claimEpochBefore) {
      return Step.NEEDS_READ;
    }
    if (!poll.isTrusted()) {
      return Step.WAITS;
    }
    phase = Phase.VERIFIED;
    partlyRead = !found.complete();
    readEpoch++;
    unacked.clear();
    returned.retainAll(found.all());
    outstanding.clear();
    outstanding.addAll(found.all());
    List<Assignment> missing =
        found.missing().stream()
            .filter(assignment -> !poll.held().contains(assignment.ref()))
            .filter(assignment -> !returned.contains(assignment.ref()))
            .toList();
    if (!missing.isEmpty()) {
      send(missing);
      if (!found.complete()) {
        invalidate();
      }
      return Step.ANSWERED;
    }
    return answerCancelsOrWait(poll);
  }

  /**
   * Returns how many attempts the parked poll can take now; 0 if none is parked, if its caller is
   * not trusted, or if the session holds {@link #maxHeld} attempts.
   */
  synchronized int free() {
    return parked == null || phase != Phase.VERIFIED || !parked.isTrusted()
        ? 0
        : Math.max(0, Math.min(parked.free(), maxHeld() - outstanding.size()));
  }

  /** Returns the number of reads; call this before the claim whose rows {@link #deliver} gets. */
  synchronized long readEpoch() {
    return readEpoch;
  }

  /**
   * Sends claimed attempts with the answer to the parked poll. Without one, the next poll causes a
   * read that finds them.
   *
   * @param readEpochBefore {@link #readEpoch} before the claim
   * @return false if the caller of the poll is not trusted: no read has sent the attempts, none
   *     will, and they must be returned
   */
  synchronized boolean deliver(List<Assignment> claimed, long readEpochBefore) {
    List<AttemptRef> attempts = claimed.stream().map(Assignment::ref).toList();
    if (readEpoch == readEpochBefore && isToBeReturned(attempts)) {
      return false;
    }
    outstanding.addAll(attempts);
    if (readEpoch != readEpochBefore) {
      forceRedelivery();
    } else if (parked == null || phase != Phase.VERIFIED) {
      invalidate();
    } else {
      send(claimed);
    }
    return true;
  }

  private boolean isToBeReturned(Collection<AttemptRef> claimed) {
    if (parked == null ? !refused : parked.isTrusted()) {
      return false;
    }
    returned.addAll(claimed);
    invalidate();
    return true;
  }

  /**
   * Records claimed attempts that are too large to be sent now. The worker polls again at once, and
   * the read for that poll finds them.
   *
   * @param readEpochBefore {@link #readEpoch} before the claim
   * @return false in the same case as {@link #deliver}
   */
  synchronized boolean sendLater(Collection<AttemptRef> claimed, long readEpochBefore) {
    if (readEpoch == readEpochBefore && isToBeReturned(claimed)) {
      return false;
    }
    outstanding.addAll(claimed);
    forceRedelivery();
    return true;
  }

  private void send(List<Assignment> attempts) {
    List<Assignment> fitting = ResponseSize.fitting(attempts, parked.protocol());
    fitting.forEach(assignment -> unacked.add(assignment.ref()));
    if (fitting.size() < attempts.size()) {
      invalidate();
    }
    answerParked(fitting, takeCancels());
  }

  /**
   * Handles a failed read or claim, after which the attempts of the session are unknown. The parked
   * poll fails, so that the worker backs off, and the next poll causes a read.
   */
  synchronized void fail(RuntimeException reason) {
    invalidate();
    failParked(reason);
  }

  /**
   * Returns the attempts that the worker holds, if its poll is parked: nothing was sent to it after
   * that.
   */
  synchronized Optional<Set<AttemptRef>> heldByWorker() {
    return parked == null || phase != Phase.VERIFIED
        ? Optional.empty()
        : Optional.of(parked.held());
  }

  /**
   * Makes the worker poll again at once. The next poll names the attempts that the worker then
   * holds, and causes a read that sends the others.
   */
  synchronized void forceRedelivery() {
    invalidate();
    if (parked != null) {
      answerParked(List.of(), List.of());
    }
  }

  private void invalidate() {
    if (phase == Phase.VERIFIED) {
      phase = Phase.UNVERIFIED;
    }
    claimEpoch++;
  }

  /** Records that the session has reported these attempts. Polls no longer name them as held. */
  synchronized void onReported(Collection<AttemptRef> attempts) {
    // One by one: a set that is not larger than the list would search the list for each element.
    for (AttemptRef attempt : attempts) {
      unacked.remove(attempt);
      outstanding.remove(attempt);
      cancels.remove(attempt);
    }
  }

  /** Sends a cancel to the worker: at once if a verified poll is parked. */
  synchronized void cancel(AttemptRef attempt) {
    cancels.add(attempt);
    if (parked != null && phase == Phase.VERIFIED) {
      answerParked(List.of(), takeCancels());
    }
  }

  /** Answers the poll empty, if it is still parked: it timed out, or its connection closed. */
  synchronized void release(ParkedPoll poll) {
    if (parked == poll) {
      answerParked(List.of(), List.of());
    }
  }

  /** Fails the poll, because its caller is no longer valid. Polls of other callers go on. */
  void refuse(ParkedPoll poll, ProblemException reason) {
    synchronized (this) {
      if (parked == poll) {
        parked = null;
        refused = true;
      }
    }
    poll.answer().completeExceptionally(reason);
  }

  /** Fails the parked poll, and all later ones. */
  synchronized void end(ProblemException reason) {
    phase = Phase.ENDED;
    endReason = reason;
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
    // Polls send a cancel once; renewals repeat it until the attempt has ended.
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
