package dev.orrery.scheduler.instance;

import dev.orrery.scheduler.database.HotDatabase;
import dev.orrery.scheduler.database.Sql;
import dev.orrery.scheduler.hint.Hints;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;

/** Makes scheduled instances ready when their time has come. */
@ApplicationScoped
public class DueInstances {
  private static final int AT_ONCE = 2000;

  /** 0 is scheduled, 1 is ready. Replicas share the work by skipping each other's locks. */
  private static final String PROMOTE =
      """
      with due as materialized (
        select id from instance
        where state = 0 and due_at <= statement_timestamp()
        order by due_at
        limit ?
        for update skip locked
      )
      update instance i set state = 1 from due where i.id = due.id
      returning i.lane_id
      """;

  private final HotDatabase database;
  private final Hints hints;

  DueInstances(HotDatabase database, Hints hints) {
    this.database = database;
    this.hints = hints;
  }

  /**
   * Promotes what is due, at most one batch; blocks.
   *
   * @return how many
   */
  public int promote() {
    List<Integer> lanes =
        database.autocommit(
            connection ->
                Sql.of(connection, PROMOTE).with(AT_ONCE).list(row -> row.getInt("lane_id")));
    hints.lanesReady(new HashSet<>(lanes));
    return lanes.size();
  }
}
