package dev.orrery.scheduler.model.propagation;

import dev.orrery.protocol.message.AttemptRef;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.UUID;

/**
 * Cancels instances after an edit of their job. Another package implements this interface, so that
 * jobs and limits do not depend on instances.
 */
public interface InstanceCancellation {
  /** The kind of edit that cancels. */
  enum Cause {
    JOB_DELETED,
    JOB_DISABLED,
    BACKFILL_CANCELED
  }

  /**
   * An active instance whose row the caller has locked.
   *
   * @param session the session that runs it; null if no worker does
   * @param running whether it has started
   * @param limited whether its end may unblock other instances of its job
   * @param part whether another instance waits for it
   */
  record Target(
      AttemptRef attempt,
      long jobId,
      UUID session,
      boolean running,
      boolean limited,
      boolean part) {
    /** Returns true for a parent, which ends after its parts. */
    public boolean awaitsParts() {
      return running && session == null;
    }
  }

  /**
   * Cancels the instances, as part of the caller's transaction. Waiting ones end immediately.
   * Running ones are asked to stop, and end after the grace period at the latest.
   *
   * @return an action that must run after the commit
   */
  Runnable cancel(Connection connection, Collection<Target> instances, Cause cause)
      throws SQLException;
}
