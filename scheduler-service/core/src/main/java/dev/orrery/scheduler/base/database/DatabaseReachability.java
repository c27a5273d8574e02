package dev.orrery.scheduler.base.database;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * Records whether the database accepts writes, according to the latest write checks. During an
 * outage no statement is sent: calls are refused immediately instead of waiting for a connection.
 */
@ApplicationScoped
public class DatabaseReachability {
  private final AtomicInteger outages = new AtomicInteger();
  private final List<Runnable> reachedListeners = new CopyOnWriteArrayList<>();
  private volatile boolean written;
  private volatile OutageCause outage;
  private volatile FailureListener listener = failure -> {};
  private volatile Runnable onOtherServer = () -> {};

  /** Receives failures of statements that may be the first sign of an outage. */
  @FunctionalInterface
  public interface FailureListener {
    void onFailure(DatabaseException failure);
  }

  public boolean isReachable() {
    return outage == null;
  }

  public Optional<OutageCause> outage() {
    return Optional.ofNullable(outage);
  }

  public int outages() {
    return outages.get();
  }

  /**
   * Requires that a statement may be sent.
   *
   * @throws DatabaseException during an outage
   */
  void require() {
    OutageCause cause = outage;
    if (cause != null) {
      throw DatabaseException.during(cause);
    }
  }

  /**
   * Runs the work on a connection of the pool, and reports a failure.
   *
   * @throws DatabaseException during an outage, if the pool has no connection, or if a statement
   *     failed
   */
  <T> T run(SqlWork<T> work, DataSource pool) {
    // An outage may have begun during the wait for a connection.
    require();
    try {
      return work.runOn(pool);
    } catch (DatabaseException e) {
      throw failed(e);
    }
  }

  /** Reports a failed statement, so that an outage is noticed before the next scheduled check. */
  public DatabaseException failed(DatabaseException failure) {
    if (failure.isOutage() && isReachable()) {
      listener.onFailure(failure);
    }
    return failure;
  }

  /**
   * Sets the listeners.
   *
   * @param otherServer called when connections were closed because another server is in use now;
   *     must not block
   */
  public void listen(FailureListener onFailure, Runnable otherServer) {
    listener = onFailure;
    onOtherServer = otherServer;
  }

  /** Reports that connections were closed because another server is in use now. */
  public void otherServer() {
    onOtherServer.run();
  }

  public void lost(OutageCause cause) {
    if (outage == null) {
      outages.incrementAndGet();
    }
    outage = cause;
  }

  /**
   * Adds a receiver of the end of each outage.
   *
   * @param listener called on the thread of the check; must not block or throw
   */
  public void onReached(Runnable listener) {
    reachedListeners.add(listener);
  }

  public void reached() {
    outage = null;
    reachedListeners.forEach(Runnable::run);
  }

  public void written() {
    written = true;
  }

  /** Returns false from the start until the first write of the check succeeds. */
  public boolean hasWritten() {
    return written;
  }
}
