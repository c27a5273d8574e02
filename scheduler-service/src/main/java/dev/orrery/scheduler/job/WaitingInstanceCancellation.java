package dev.orrery.scheduler.job;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Cancels waiting instances of a job after an edit. Another package implements it, so that jobs do
 * not depend on instances.
 */
public interface WaitingInstanceCancellation {

  /**
   * Cancels what the job's trigger has made and no worker has started, as part of the caller's
   * transaction, which holds the lock of the trigger. Runs through the API are left alone.
   *
   * @param disabled true if the job was disabled, false if it was deleted
   */
  void cancelOfTrigger(Connection connection, long jobId, boolean disabled) throws SQLException;
}
