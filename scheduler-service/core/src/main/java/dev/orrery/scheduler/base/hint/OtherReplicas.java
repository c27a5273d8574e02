package dev.orrery.scheduler.base.hint;

import dev.orrery.scheduler.base.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/**
 * Counts the other replicas that need hints, and those that only the database can reach. Every
 * replica listens on a connection with a known name, so the database's own list of connections
 * contains them. The query is part of the due-work query, and runs at most once a second. A table
 * of replicas would cost writes on an idle system, and its rows would have to expire by age.
 */
@ApplicationScoped
public class OtherReplicas {
  /** The name of the connection on which a replica listens. */
  public static final String APPLICATION_NAME = "orrery-hints";

  private static final long QUERY_INTERVAL_NANOS = Duration.ofMillis(900).toNanos();

  private final UUID replica = UUID.randomUUID();
  private final Ticker ticker;
  private volatile int others;
  private volatile int reached;
  private volatile int ownBackend;
  private volatile Runnable onJoin = () -> {};
  private long askedAt;

  OtherReplicas(Ticker ticker) {
    this.ticker = ticker;
    this.askedAt = ticker.nanos() - QUERY_INTERVAL_NANOS;
  }

  /** Returns the id of this replica, which its hints contain. It changes with each start. */
  public UUID replica() {
    return replica;
  }

  boolean othersListen() {
    return others > 0;
  }

  /** Returns whether a replica listens that the cluster port does not reach. */
  boolean mustNotify() {
    return others > reached;
  }

  /**
   * @param replicas number of other replicas that the cluster port reaches for certain
   */
  public void reachedByCluster(int replicas) {
    reached = replicas;
  }

  /**
   * @param action runs when a replica begins to listen, on the thread of {@link #answer}
   */
  void onJoin(Runnable action) {
    onJoin = action;
  }

  void listensOn(int backend) {
    ownBackend = backend;
  }

  /**
   * The parameters of the query: the name of the connections, and this replica's own connection,
   * which does not count.
   *
   * @param backend process id of the own connection's backend; 0 while there is none
   */
  public record Question(String applicationName, int backend) {}

  /** Returns the question, or null within 900 ms of the last one. Called by one thread. */
  public Question question() {
    long now = ticker.nanos();
    if (now - askedAt < QUERY_INTERVAL_NANOS) {
      return null;
    }
    askedAt = now;
    return new Question(APPLICATION_NAME, ownBackend);
  }

  /**
   * Records the answer to the question.
   *
   * @param found number of other replicas that listen; null if the question was not asked
   */
  public void answer(Integer found) {
    if (found != null) {
      boolean joined = found > others;
      others = found;
      if (joined) {
        onJoin.run();
      }
    }
  }
}
