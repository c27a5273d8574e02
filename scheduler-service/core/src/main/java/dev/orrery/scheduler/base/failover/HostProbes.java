package dev.orrery.scheduler.base.failover;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.OutageCause;
import dev.orrery.scheduler.base.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Runs parallel write probes of each host of a JDBC URL, over several checks. A failed probe is
 * repeated at the next check. A probe without a response continues, and after {@code silence}
 * another one begins in parallel: if an address has moved to another server, a new connection
 * responds sooner than the old one fails. At {@link #MAX_OF_A_HOST} probes of a host the oldest one
 * is stopped.
 *
 * <p>Confined to the thread of the check.
 */
final class HostProbes {
  private static final int MAX_OF_A_HOST = 4;

  private final Function<ProbeConnection.Source, WriteProbe> begin;
  private final Duration silence;
  private final Ticker ticker;
  private final List<Host> hosts = new ArrayList<>();

  /**
   * @param silence the time without a response after which another probe begins
   */
  HostProbes(Function<ProbeConnection.Source, WriteProbe> begin, Duration silence, Ticker ticker) {
    this.begin = begin;
    this.silence = silence;
    this.ticker = ticker;
  }

  private final class Host {
    private final ProbeConnection.Source source;
    private final List<WriteProbe> attempts = new ArrayList<>();
    private OutageCause cause;
    private long begunAt;

    Host(ProbeConnection.Source source) {
      this.source = source;
    }

    void beginNext() {
      attempts.removeIf(WriteProbe::hasFailed);
      boolean isSilent = ticker.nanos() - begunAt >= silence.toNanos();
      if (attempts.isEmpty() || isSilent) {
        if (attempts.size() == MAX_OF_A_HOST) {
          attempts.remove(0).abandon();
        }
        begunAt = ticker.nanos();
        attempts.add(begin.apply(source));
      }
    }

    void readCause() {
      for (WriteProbe attempt : attempts) {
        Optional<DatabaseException> failure = attempt.failure();
        if (failure.isPresent()) {
          cause = OutageCause.of(failure.get());
        } else if (attempt.hasFailed()) {
          cause = OutageCause.HANGING;
        }
      }
    }

    boolean isWritten() {
      return attempts.stream().anyMatch(WriteProbe::isWritten);
    }

    /**
     * Avoids a frozen host, which the driver considers the primary until a connection to it fails.
     */
    void avoidIfSilent() {
      if (!isWritten() && attempts.stream().anyMatch(attempt -> !attempt.isDone())) {
        source.avoid();
      }
    }
  }

  /**
   * Begins the probes that are due, and waits until one has written or all have ended.
   *
   * @param sources the hosts, the same until {@link #abandon}
   * @param patience the maximum wait for probes without a response
   * @return the connection that has written; empty also if it cannot be used again
   */
  Optional<ProbeConnection> tryAll(List<ProbeConnection.Source> sources, Duration patience)
      throws InterruptedException {
    if (hosts.isEmpty()) {
      sources.forEach(source -> hosts.add(new Host(source)));
    }
    // Read first, because new probes replace the ones that have ended since the last check.
    hosts.forEach(Host::readCause);
    if (!isWritten()) {
      hosts.forEach(Host::beginNext);
      WriteProbe.awaitWritten(all(), patience);
      hosts.forEach(Host::readCause);
    }
    if (isWritten()) {
      hosts.forEach(Host::avoidIfSilent);
    }
    return all().stream().filter(WriteProbe::isWritten).findFirst().map(WriteProbe::keep);
  }

  private List<WriteProbe> all() {
    return hosts.stream().flatMap(host -> host.attempts.stream()).toList();
  }

  boolean isWritten() {
    return hosts.stream().anyMatch(Host::isWritten);
  }

  /**
   * Returns the cause of the outage; empty if it is not known yet. Other causes take precedence
   * over {@code READ_ONLY}, because a standby refuses writes even without an outage.
   */
  Optional<OutageCause> cause() {
    List<OutageCause> known =
        hosts.stream().map(host -> host.cause).filter(Objects::nonNull).toList();
    return known.stream()
        .filter(cause -> cause != OutageCause.READ_ONLY)
        .findFirst()
        .or(() -> known.size() == hosts.size() ? known.stream().findFirst() : Optional.empty());
  }

  void abandon() {
    all().forEach(WriteProbe::abandon);
    hosts.clear();
  }
}
