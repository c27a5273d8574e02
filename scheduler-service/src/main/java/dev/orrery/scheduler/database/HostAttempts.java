package dev.orrery.scheduler.database;

import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Attempts to write at each host of a URL, side by side, over several checks. An attempt that has
 * failed is repeated at the next check. One without an answer goes on, and after a time another one
 * begins beside it: a connection that was made before an address led to another server stays silent
 * for longer than a new one takes. Of a few silent ones the oldest is ended first.
 *
 * <p>Confined to the thread of the check.
 */
final class HostAttempts {
  private static final int MOST_OF_A_HOST = 4;

  private final Function<WriteSession.Source, WriteAttempt> begin;
  private final Duration silence;
  private final Ticker ticker;
  private final List<Host> hosts = new ArrayList<>();

  /**
   * @param silence of an attempt, after which another one begins
   */
  HostAttempts(Function<WriteSession.Source, WriteAttempt> begin, Duration silence, Ticker ticker) {
    this.begin = begin;
    this.silence = silence;
    this.ticker = ticker;
  }

  /** The attempts at one host. */
  private final class Host {
    private final WriteSession.Source source;
    private final List<WriteAttempt> attempts = new ArrayList<>();
    private OutageCause cause;
    private long begunAt;

    Host(WriteSession.Source source) {
      this.source = source;
    }

    void beginNext() {
      attempts.removeIf(WriteAttempt::hasFailed);
      boolean isSilent = ticker.nanos() - begunAt >= silence.toNanos();
      if (attempts.isEmpty() || isSilent) {
        if (attempts.size() == MOST_OF_A_HOST) {
          attempts.remove(0).abandon();
        }
        begunAt = ticker.nanos();
        attempts.add(begin.apply(source));
      }
    }

    void readCause() {
      for (WriteAttempt attempt : attempts) {
        Optional<DatabaseException> failure = attempt.failure();
        if (failure.isPresent()) {
          cause = OutageCause.of(failure.get());
        } else if (attempt.hasFailed()) {
          cause = OutageCause.HANGING;
        }
      }
    }

    boolean isWritten() {
      return attempts.stream().anyMatch(WriteAttempt::isWritten);
    }

    /** The driver remembers a primary that froze as the primary until a connection has failed. */
    void avoidIfSilent() {
      if (!isWritten() && attempts.stream().anyMatch(attempt -> !attempt.isDone())) {
        source.avoid();
      }
    }
  }

  /**
   * Begins the attempts that are due, and waits until one has written, or all have ended.
   *
   * @param sources the hosts, the same until {@link #abandon}
   * @param patience for attempts without an answer
   * @return the connection that has written; empty also if it cannot be used again
   */
  Optional<WriteSession> tryAll(List<WriteSession.Source> sources, Duration patience)
      throws InterruptedException {
    if (hosts.isEmpty()) {
      sources.forEach(source -> hosts.add(new Host(source)));
    }
    // First what has ended since the last check: the attempts that begin replace it.
    hosts.forEach(Host::readCause);
    if (!isWritten()) {
      hosts.forEach(Host::beginNext);
      WriteAttempt.awaitWritten(all(), patience);
      hosts.forEach(Host::readCause);
    }
    if (isWritten()) {
      hosts.forEach(Host::avoidIfSilent);
    }
    return all().stream().filter(WriteAttempt::isWritten).findFirst().map(WriteAttempt::keep);
  }

  private List<WriteAttempt> all() {
    return hosts.stream().flatMap(host -> host.attempts.stream()).toList();
  }

  boolean isWritten() {
    return hosts.stream().anyMatch(Host::isWritten);
  }

  /**
   * The cause of the outage: that of a host that is no standby, as a standby refuses writes while
   * all is well; empty if it is not known yet.
   */
  Optional<OutageCause> cause() {
    List<OutageCause> known =
        hosts.stream().map(host -> host.cause).filter(Objects::nonNull).toList();
    return known.stream()
        .filter(cause -> cause != OutageCause.READ_ONLY)
        .findFirst()
        .or(() -> known.size() == hosts.size() ? known.stream().findFirst() : Optional.empty());
  }

  /** Ends all attempts. */
  void abandon() {
    all().forEach(WriteAttempt::abandon);
    hosts.clear();
  }
}
