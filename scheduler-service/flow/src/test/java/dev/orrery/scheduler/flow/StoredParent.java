package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.model.job.ParentLane;

/**
 * A job with fanOut in a {@link StoreDatabase}, and its parents and parts.
 *
 * @param lane that of all parents of the app
 * @param ready that of its ready parents
 */
public record StoredParent(StoreDatabase database, StoredJob job, int lane, int ready) {

  /**
   * @param fanOut the field of the document, as {@code {"type":"broadcast"}}
   */
  public static StoredParent create(StoreDatabase database, String fanOut) {
    StoredJob job = database.job("\"fanOut\":" + fanOut);
    int lane = lane(database, job, ParentLane.PROCESSOR);
    int ready =
        fanOut.contains("broadcast") ? lane(database, job, ParentLane.ofBroadcasts("noop")) : lane;
    database.update(
        "update job_version set part_lane_id = lane_id, lane_id = ? where id = ?",
        ready,
        job.version());
    return new StoredParent(database, job, lane, ready);
  }

  private static int lane(StoreDatabase database, StoredJob job, String processor) {
    database.update(
        "insert into lane (app_id, processor, tags) values (?, ?, '{}')", job.app(), processor);
    return (int)
        database.number(
            "select id from lane where app_id = ? and processor = ?", job.app(), processor);
  }

  /** Writes a parent that is ready. */
  public void ready(long id, String... columns) {
    job.instance(id, columns);
    database.update("update instance set lane_id = ? where id = ?", ready, id);
  }

  /** Writes a parent that awaits its parts. */
  public void awaiting(
      long id, int total, int made, int parallelism, int tolerated, String... columns) {
    ready(id, "state = 4", "attempt = 1", "started_at = now()");
    database.update("update instance set lane_id = ? where id = ?", lane, id);
    if (columns.length > 0) {
      database.update("update instance set " + String.join(", ", columns) + " where id = ?", id);
    }
    database.update(
        """
        insert into parent_instance (instance_id, total, made, parallelism, tolerated)
        values (?, ?, ?, ?, ?)
        """,
        id,
        total,
        made,
        parallelism,
        tolerated);
  }

  /** Writes a part that waits, unless the columns say otherwise. */
  public void part(long id, long parent, int part, String... columns) {
    job.instance(id, "parent_id = " + parent, "part = " + part);
    if (columns.length > 0) {
      database.update("update instance set " + String.join(", ", columns) + " where id = ?", id);
    }
  }

  /** Moves a part into the history, in one statement. */
  static String end(long id, int state) {
    return """
        with gone as (delete from instance where id = %d returning *)
        insert into part_history (id, parent_id, part, job_id, job_version_id, due_at, ended_at,
          attempt, state, priority, reported)
        select id, parent_id, part, job_id, job_version_id, due_at, now(), 1, %d, 5, true from gone
        """
        .formatted(id, state);
  }

  /** Writes a part that has ended. */
  public void ended(long id, long parent, int part, int state) {
    part(id, parent, part);
    database.update(end(id, state));
  }
}
