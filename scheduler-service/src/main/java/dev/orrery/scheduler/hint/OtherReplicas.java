package dev.orrery.scheduler.hint;

import dev.orrery.scheduler.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/**
 * Knows whether other replicas need hints, and whether the database must carry them. Every replica
 * listens on a connection with a known name, so the database's own list of connections answers
 * this. The query is part of the due-work query, and runs at most once a second. A table of
 * replicas would cost writes on an idle system, and its rows would have to expire by age.
 */
@ApplicationScoped
public class OtherReplicas {
  /** The name of the connection on which a replica listens. */
  public static final String APPLICATION_NAME = "orrery-hints";

  private static final long LOOK_EVERY_NANOS = Duration.ofMillis(900).toNanos();

  private final UUID replica = UUID.randomUUID();
  private final Ticker ticker;
  private volatile int others;
  private volatile int reached;
  private volatile int ownBackend;
  private volatile Runnable whenOneJoins = () -> {};
  private long lookedAt;

  OtherReplicas(Ticker ticker) {
    this.ticker = ticker;
    this.lookedAt = ticker.nanos() - LOOK_EVERY_NANOS;
  }

  /** Identifies this replica, and its hints, for as long as it runs. */
  public UUID replica() {
    return replica;
  }

  boolean othersListen() {
    return others > 0;
  }

  /** Whether a NOTIFY is necessary: a replica listens that no cluster port reaches. */
  boolean mustNotify() {
    return others > reached;
  }

  /**
   * @param replicas how many of the others the cluster ports reach for certain
   */
  public void reachedByCluster(int replicas) {
    reached = replicas;
  }

  /**
   * @param action to run when a replica begins to listen; on the thread of {@link #answer}
   */
  void whenOneJoins(Runnable action) {
    whenOneJoins = action;
  }

  void listensOn(int backend) {
    ownBackend = backend;
  }

  /**
   * The parameters of the query: a name of connections, and the own connection to leave out.
   *
   * @param backend process id of the database's side of the connection; 0 if there is none now
   */
  public record Question(String applicationName, int backend) {}

  /** The question, or null if it was asked a moment ago. Called by one thread. */
  public Question question() {
    long now = ticker.nanos();
    if (now - lookedAt < LOOK_EVERY_NANOS) {
      return null;
    }
    lookedAt = now;
    return new Question(APPLICATION_NAME, ownBackend);
  }

  /**
   * The answer to the question.
   *
   * @param found how many; null if it was not asked
   */
  public void answer(Integer found) {
    if (found != null) {
      boolean joined = found > others;
      others = found;
      if (joined) {
        whenOneJoins.run();
      }
    }
  }
}
