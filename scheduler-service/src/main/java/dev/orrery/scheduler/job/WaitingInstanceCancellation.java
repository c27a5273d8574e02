package dev.orrery.scheduler.job;

import java.sql.Connection;
import java.sql.SQLException;

/** What an edit of a job does to its instances; implemented where instances are kept. */
public interface WaitingInstanceCancellation {

  /**
   * Cancels what the job's trigger has made and no worker has started, as part of the caller's
   * transaction, which holds the lock of the trigger. Runs through the API are left alone.
   *
   * @param disabled true if the job was disabled, false if it was deleted
   */
  void cancelOfTrigger(Connection connection, long jobId, boolean disabled) throws SQLException;
}
