package dev.orrery.scheduler.housekeeping;

import dev.orrery.scheduler.database.HotDatabase;
import dev.orrery.scheduler.database.Sql;
import dev.orrery.scheduler.slot.JobSlotStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Deletes what is old where no partition can be dropped, in bounded steps. */
@ApplicationScoped
class PruneStore {
  private static final int STEP = 5000;

  private static final String IDEMPOTENCY =
      """
      delete from idempotency where ctid in (
        select ctid from idempotency
        where created_at < statement_timestamp() - ? * interval '1 second' limit ?)
      """;

  private static final String BACKFILLS =
      """
      delete from backfill where id in (
        select id from backfill where created_at < statement_timestamp() - ? * interval '1 second'
        limit ?)
      """;

  private static final String SESSIONS =
      """
      delete from worker_session where id in (
        select id from worker_session
        where ended_at < statement_timestamp() - ? * interval '1 second' limit ?)
      """;

  private static final String DEFAULT_HISTORY =
      """
      with old as (
        select id from instance_history_default
        where ended_at < statement_timestamp() - ? * interval '1 second' limit ?
      ), attempts as (
        delete from attempt_default a using old where a.instance_id = old.id
      ), chunks as (
        delete from log_chunk_default c using old where c.instance_id = old.id
      )
      delete from instance_history_default h using old where h.id = old.id
      """;

  private final HotDatabase database;

  PruneStore(HotDatabase database) {
    this.database = database;
  }

  int idempotencyOlderThan(Duration age) {
    return delete(IDEMPOTENCY, age);
  }

  int sessionsEndedBefore(Duration age) {
    return delete(SESSIONS, age);
  }

  /** Instances that lived so long that the partition of their day was gone. */
  int defaultHistoryOlderThan(Duration age) {
    return delete(DEFAULT_HISTORY, age);
  }

  /** Their instances are forgotten by then. */
  int backfillsOlderThan(Duration age) {
    return delete(BACKFILLS, age);
  }

  /** Slots that only a backfill needed. */
  void unusedSlots() {
    database.transaction(
        connection -> {
          JobSlotStore.removeUnused(connection);
          return null;
        });
  }

  private int delete(String statement, Duration age) {
    int total = 0;
    int deleted;
    do {
      deleted =
          database.autocommit(
              connection ->
                  Sql.of(connection, statement).with(age.toSeconds()).with(STEP).update());
      total += deleted;
    } while (deleted == STEP);
    return total;
  }
}
