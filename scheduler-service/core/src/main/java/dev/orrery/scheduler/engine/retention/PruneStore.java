package dev.orrery.scheduler.engine.retention;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.model.propagation.JobConcurrencyStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Deletes old rows of tables without partitions, in bounded steps. */
@ApplicationScoped
public class PruneStore {
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

  /** Reads all ended sessions; each app has only a few more than are kept. */
  private static final String SESSIONS_OF_APPS =
      """
      delete from worker_session where id in (
        select id from (
          select id, row_number() over (partition by app_id order by ended_at desc) as n
          from worker_session where ended_at is not null
        ) ended
        where n > ? limit ?)
      """;

  private static final String DEAD_TOKENS =
      """
      delete from token where id in (
        select id from token
        where least(revoked_at, expires_at) < statement_timestamp() - ? * interval '1 second'
        limit ?)
      """;

  /** Reads all dead tokens; each app has only a few more than are kept. */
  private static final String DEAD_TOKENS_OF_APPS =
      """
      delete from token where id in (
        select id from (
          select id, row_number() over (
            partition by app_id order by least(revoked_at, expires_at) desc) as n
          from token where least(revoked_at, expires_at) <= statement_timestamp()
        ) dead
        where n > ? limit ?)
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

  /**
   * As {@link #DEFAULT_HISTORY}, for parts, which are kept as long as their parent. A parent has
   * its row in {@code parent_instance} until its history is deleted. The limit makes the planner
   * look up each parent.
   */
  private static final String DEFAULT_PARTS =
      """
      with old as (
        select p.id from part_history_default p
        where p.ended_at < statement_timestamp() - ? * interval '1 second'
          and (select k.instance_id from parent_instance k
            where k.instance_id = p.parent_id limit 1) is null
        limit ?
      ), attempts as (
        delete from attempt_default a using old where a.instance_id = old.id
      ), chunks as (
        delete from log_chunk_default c using old where c.instance_id = old.id
      )
      delete from part_history_default h using old where h.id = old.id
      """;

  /** Counts of parents whose history is deleted; an id contains the time of its creation. */
  private static final String DEFAULT_PARENTS =
      """
      delete from parent_instance_default where instance_id in (
        select p.instance_id from parent_instance_default p
        where p.instance_id < instance_id_at(statement_timestamp() - ? * interval '1 second')
          and not exists (select from instance i where i.id = p.instance_id)
          and not exists (select from instance_history h where h.id = p.instance_id)
        limit ?)
      """;

  /** As {@link #DEFAULT_PARENTS}, for the nodes of flows. */
  private static final String DEFAULT_NODES =
      """
      delete from flow_node_default where (flow_id, name) in (
        select n.flow_id, n.name from flow_node_default n
        where n.flow_id < instance_id_at(statement_timestamp() - ? * interval '1 second')
          and not exists (select from instance i where i.id = n.flow_id)
          and not exists (select from instance_history h where h.id = n.flow_id)
        limit ?)
      """;

  /**
   * Logs that an instance wrote after the partition of its day was dropped. Their age counts from
   * the end of the instance; logs without an instance are deleted immediately.
   */
  private static final String DEFAULT_LOGS =
      """
      with old as (
        select c.instance_id, c.attempt, c.sequence
        from (select ? * interval '1 second' as age) bound cross join log_chunk_default c
        where not exists (select from instance i where i.id = c.instance_id)
          and not exists (select from instance_history h where h.id = c.instance_id
            and h.ended_at >= statement_timestamp() - bound.age)
          and not exists (select from part_history h where h.id = c.instance_id
            and h.ended_at >= statement_timestamp() - bound.age)
        limit ?
      )
      delete from log_chunk_default c using old
      where c.instance_id = old.instance_id and c.attempt = old.attempt
        and c.sequence = old.sequence
      """;

  /** Attempts of instances whose history is deleted. Their age is the age of the history. */
  private static final String DEFAULT_ATTEMPTS =
      """
      with old as (
        select a.instance_id, a.attempt from attempt_default a
        where a.ended_at < statement_timestamp() - ? * interval '1 second'
          and not exists (select from instance i where i.id = a.instance_id)
          and not exists (select from instance_history h where h.id = a.instance_id)
          and not exists (select from part_history h where h.id = a.instance_id)
        limit ?
      )
      delete from attempt_default a using old
      where a.instance_id = old.instance_id and a.attempt = old.attempt
      """;

  private final EngineDatabase database;

  PruneStore(EngineDatabase database) {
    this.database = database;
  }

  public int idempotencyOlderThan(Duration age) {
    return delete(IDEMPOTENCY, age);
  }

  public int sessionsEndedBefore(Duration age) {
    return delete(SESSIONS, age);
  }

  /** Keeps the newest ended sessions of each app; deletes the rest. */
  public int sessionsBeyond(int keptOfApp) {
    return database.deleteInSteps(SESSIONS_OF_APPS, keptOfApp);
  }

  /** Deletes tokens that were revoked or have expired for longer than this. */
  public int tokensDeadFor(Duration age) {
    return delete(DEAD_TOKENS, age);
  }

  /** Keeps the newest revoked or expired tokens of each app; deletes the rest. */
  public int deleteDeadTokens(int keptPerApp) {
    return database.deleteInSteps(DEAD_TOKENS_OF_APPS, keptPerApp);
  }

  /** Deletes instances that outlived the partition of their day. */
  public int defaultHistoryOlderThan(Duration age) {
    return delete(DEFAULT_HISTORY, age);
  }

  /** Deletes parts that outlived the partition of their day, unless their parent is kept. */
  public int defaultPartsOlderThan(Duration age) {
    return delete(DEFAULT_PARTS, age);
  }

  /** Deletes what was counted of the parts of instances that are deleted. */
  public int defaultParentsOlderThan(Duration age) {
    return delete(DEFAULT_PARENTS, age);
  }

  /** Deletes the nodes of flows that are deleted. */
  public int defaultNodesOlderThan(Duration age) {
    return delete(DEFAULT_NODES, age);
  }

  public int backfillsOlderThan(Duration age) {
    return delete(BACKFILLS, age);
  }

  /** Deletes rows of job_concurrency that only backfills needed. */
  public void unusedConcurrencyRows() {
    database.maintenance(
        connection -> {
          JobConcurrencyStore.removeUnused(connection);
          return null;
        });
  }

  /** Deletes logs that instances wrote after the partition of their day was dropped. */
  public int defaultLogsOlderThan(Duration age) {
    return delete(DEFAULT_LOGS, age);
  }

  /** Deletes attempts of instances that are deleted. */
  public int defaultAttemptsOlderThan(Duration age) {
    return delete(DEFAULT_ATTEMPTS, age);
  }

  private int delete(String statement, Duration age) {
    return database.deleteInSteps(statement, age.toSeconds());
  }
}
