package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.base.hint.HintBus;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes scheduled instances ready when they are due. */
@ApplicationScoped
public class DuePromoter {
  private static final int BATCH_SIZE = 2000;

  /**
   * Limited and paused instances become blocked; the transaction that locks their job makes them
   * ready. Parts do not: their parent may be the one that fills the limit. Replicas share the work
   * by skipping each other's locks. Locked rows do not move, so ctid finds them, and the planner
   * cannot read an index of all instances instead. Leaves a row that changed between the snapshot
   * and its lock to the next call.
   */
  private static final String PROMOTE =
      """
      with due as materialized (
        select ctid as place from instance
        where state = :SCHEDULED and due_at <= statement_timestamp()
        order by due_at
        limit ?
        for update skip locked
      )
      update instance i
      set state = case when i.part is null and (i.limited or j.paused or p.paused) then :BLOCKED else :READY end
      from due, job j, app p
      where i.ctid = due.place and j.id = i.job_id and p.id = j.app_id
      returning i.lane_id, i.state, i.job_id
      """
          .transform(StateCode::resolve);

  private final EngineDatabase database;
  private final HintBus hints;

  DuePromoter(EngineDatabase database, HintBus hints) {
    this.database = database;
    this.hints = hints;
  }

  /**
   * Promotes due instances, at most one batch; blocks.
   *
   * @return the number of promoted instances
   */
  public int promote() {
    List<Promoted> all =
        database.autocommit(
            connection ->
                SqlStatement.of(connection, PROMOTE).with(BATCH_SIZE).list(DuePromoter::promoted));
    Set<Integer> lanes = new HashSet<>();
    Set<Long> blocked = new HashSet<>();
    for (Promoted instance : all) {
      if (instance.ready()) {
        lanes.add(instance.laneId());
      } else {
        blocked.add(instance.jobId());
      }
    }
    hints.lanesReady(lanes);
    hints.unblock(blocked);
    return all.size();
  }

  record Promoted(int laneId, boolean ready, long jobId) {}

  private static Promoted promoted(ResultSet row) throws SQLException {
    return new Promoted(
        row.getInt("lane_id"),
        row.getInt("state") == StateCode.READY.number(),
        row.getLong("job_id"));
  }
}
