package dev.orrery.scheduler.job;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;

/**
 * Cancels waiting instances of a job after an edit. Another package implements it, so that jobs do
 * not depend on instances.
 */
public interface WaitingInstanceCancellation {

  /**
   * Cancels instances that the triggers of disabled jobs have made and no worker has started, as
   * part of the caller's transaction, which holds the locks of the triggers. Instances of other
   * origin stay.
   */
  void cancelOfTriggers(Connection connection, Collection<Long> jobs) throws SQLException;

  /**
   * Cancels all instances of deleted jobs that no worker has started, as part of the caller's
   * transaction, which holds the locks of their triggers. A submission that began before the
   * deletion can still commit one; the recheck of its job cancels that.
   */
  void cancelOfDeleted(Connection connection, Collection<Long> jobs) throws SQLException;
}
