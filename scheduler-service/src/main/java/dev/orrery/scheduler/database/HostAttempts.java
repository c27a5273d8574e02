package dev.orrery.scheduler.database;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * One attempt to write at each host of a URL, side by side. An attempt that has failed is repeated
 * at the next check; one without an answer is waited for, however many checks it takes.
 *
 * <p>Confined to the thread of the check.
 */
final class HostAttempts {
  private final Function<WriteSession.Source, WriteAttempt> begin;
  private final List<WriteAttempt> attempts = new ArrayList<>();
  private final List<OutageCause> causes = new ArrayList<>();

  HostAttempts(Function<WriteSession.Source, WriteAttempt> begin) {
    this.begin = begin;
  }

  /**
   * Begins an attempt at each host that has none, and waits until one has written, or all have
   * ended.
   *
   * @param patience for attempts without an answer
   * @return the connection that has written; empty also if it cannot be used again
   */
  Optional<WriteSession> tryAll(List<WriteSession.Source> hosts, Duration patience)
      throws InterruptedException {
    for (int i = 0; i < hosts.size(); i++) {
      if (i == attempts.size()) {
        attempts.add(begin.apply(hosts.get(i)));
        causes.add(null);
      } else if (attempts.get(i).hasFailed()) {
        attempts.set(i, begin.apply(hosts.get(i)));
      }
    }
    WriteAttempt.awaitWritten(attempts, patience);
    for (int i = 0; i < attempts.size(); i++) {
      if (attempts.get(i).hasFailed()) {
        causes.set(i, attempts.get(i).failure().map(OutageCause::of).orElse(OutageCause.HANGING));
      }
    }
    if (isWritten()) {
      avoidSilentOnes(hosts);
    }
    return attempts.stream().filter(WriteAttempt::isWritten).findFirst().map(WriteAttempt::keep);
  }

  /** The driver remembers a primary that froze as the primary until a connection has failed. */
  private void avoidSilentOnes(List<WriteSession.Source> hosts) {
    for (int i = 0; i < attempts.size(); i++) {
      if (!attempts.get(i).isDone()) {
        hosts.get(i).avoid();
      }
    }
  }

  boolean isWritten() {
    return attempts.stream().anyMatch(WriteAttempt::isWritten);
  }

  /**
   * The cause of the outage: that of a host that is no standby, as a standby refuses writes while
   * all is well; empty if it is not known yet.
   */
  Optional<OutageCause> cause() {
    Optional<OutageCause> other =
        causes.stream()
            .filter(Objects::nonNull)
            .filter(cause -> cause != OutageCause.READ_ONLY)
            .findFirst();
    return other.or(
        () ->
            causes.stream().allMatch(Objects::nonNull)
                ? causes.stream().findFirst()
                : Optional.empty());
  }

  /** Ends all attempts. */
  void abandon() {
    attempts.forEach(WriteAttempt::abandon);
    attempts.clear();
    causes.clear();
  }
}
