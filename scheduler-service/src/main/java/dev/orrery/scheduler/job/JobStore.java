package dev.orrery.scheduler.job;

import dev.orrery.scheduler.database.EditDatabase;
import dev.orrery.scheduler.database.Sql;
import dev.orrery.scheduler.slot.JobSlotStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Lanes and triggers of jobs; takes part in the transaction of the caller. */
@ApplicationScoped
class JobStore {
  private static final String NOW =
      "select date_trunc('milliseconds', statement_timestamp()) as now";

  private static final String JOBS =
      """
      select j.id, j.paused, v.version, v.document, t.next_fire_at
      from job j join job_version v on v.id = j.version_id left join trigger t on t.job_id = j.id
      where j.app_id = ? and j.deleted_at is null
      """;
  private static final String FIND = JOBS + " and j.name = ?";
  private static final String PAGE = JOBS + " and j.name > ? order by j.name limit ?";

  private static final String VERSIONS =
      """
      select v.version, v.created_at, v.document
      from job_version v join job j on j.id = v.job_id
      where j.app_id = ? and j.name = ? and j.deleted_at is null and v.version < ?
      order by v.version desc
      limit ?
      """;

  private static final String INSERT_LANE =
      "insert into lane (app_id, processor, tags) values (?, ?, ?) on conflict do nothing";
  private static final String FIND_LANE =
      "select id from lane where app_id = ? and processor = ? and tags = ?";

  private static final String LOCK_TRIGGER =
      """
      select next_fire_at, anchor_at, until_at,
        (extract(epoch from delay) * 1000)::bigint as delay_millis
      from trigger where job_id = ?
      for update
      """;
  private static final String FIND_TRIGGER = LOCK_TRIGGER.replace("for update", "");
  private static final String WRITE_TRIGGER =
      """
      insert into trigger (job_id, next_fire_at, anchor_at, until_at, delay)
      values (?, ?, ?, ?, ? * interval '1 millisecond')
      on conflict (job_id) do update set next_fire_at = excluded.next_fire_at,
        anchor_at = excluded.anchor_at,
        until_at = excluded.until_at, delay = excluded.delay
      """;
  private static final String LOCK_TRIGGERS_OF =
      """
      select t.job_id from trigger t join job j on j.id = t.job_id where j.app_id = ?
      order by t.job_id
      for update of t
      """;
  private static final String STOP_TRIGGERS =
      "update trigger set next_fire_at = null where job_id = any(?) and next_fire_at is not null";
  private static final String JOBS_EVER_OF = "select id from job where app_id = ?";
  private static final String DELETE_TRIGGER = "delete from trigger where job_id = ?";
  private static final String OWN_RUN_ACTIVE =
      "select 1 from instance where job_id = ? and coupled limit 1";

  private final EditDatabase database;
  private final StoredDocuments documents;
  private final WaitingInstances instances;

  JobStore(EditDatabase database, StoredDocuments documents, WaitingInstances instances) {
    this.database = database;
    this.documents = documents;
    this.instances = instances;
  }

  /** The database's clock, to the millisecond. */
  Instant now() {
    return database.joined(
        connection -> Sql.of(connection, NOW).first(row -> Sql.instant(row, "now")).orElseThrow());
  }

  Optional<StoredJob> find(int appId, String name) {
    return database.joined(
        connection -> Sql.of(connection, FIND).with(appId).withText(name).first(this::storedJob));
  }

  List<StoredJob> page(int appId, String afterName, int limit) {
    return database.joined(
        connection ->
            Sql.of(connection, PAGE)
                .with(appId)
                .withText(afterName)
                .with(limit)
                .list(this::storedJob));
  }

  /** What the job's document was, newest first. */
  List<JobEdit> versions(int appId, String name, int before, int limit) {
    return database.joined(
        connection ->
            Sql.of(connection, VERSIONS)
                .with(appId)
                .withText(name)
                .with(before)
                .with(limit)
                .list(
                    row ->
                        new JobEdit(
                            row.getInt("version"),
                            Sql.instant(row, "created_at"),
                            documents.read(row.getString("document")))));
  }

  private StoredJob storedJob(ResultSet row) throws SQLException {
    return new StoredJob(
        row.getLong("id"),
        documents.read(row.getString("document")),
        row.getInt("version"),
        row.getBoolean("paused"),
        Sql.instant(row, "next_fire_at"));
  }

  /** The lane of (app, processor, tags), made where it is missing. */
  int lane(int appId, String processor, List<String> tags) {
    return database.joined(
        connection -> {
          lane(connection, INSERT_LANE, appId, processor, tags).update();
          return lane(connection, FIND_LANE, appId, processor, tags)
              .first(row -> row.getInt("id"))
              .orElseThrow();
        });
  }

  private static Sql lane(
      Connection connection, String sql, int appId, String processor, List<String> tags) {
    return Sql.of(connection, sql).with(appId).withText(processor).texts(tags);
  }

  Optional<TriggerState> findTrigger(long jobId) {
    return database.joined(
        connection -> Sql.of(connection, FIND_TRIGGER).with(jobId).first(JobStore::triggerState));
  }

  /** The trigger, locked until the end of the transaction. */
  Optional<TriggerState> lockTrigger(long jobId) {
    return database.joined(
        connection -> Sql.of(connection, LOCK_TRIGGER).with(jobId).first(JobStore::triggerState));
  }

  private static TriggerState triggerState(ResultSet row) throws SQLException {
    Long delayMillis = Sql.nullableLong(row, "delay_millis");
    return new TriggerState(
        Sql.instant(row, "next_fire_at"),
        Sql.instant(row, "anchor_at"),
        Sql.instant(row, "until_at"),
        delayMillis == null ? null : Duration.ofMillis(delayMillis));
  }

  void writeTrigger(long jobId, TriggerState state) {
    database.joined(
        connection ->
            Sql.of(connection, WRITE_TRIGGER)
                .with(jobId)
                .withInstant(state.nextFireAt())
                .withInstant(state.anchorAt())
                .withInstant(state.until())
                .withBigint(state.delay() == null ? null : state.delay().toMillis())
                .update());
  }

  /** Locks the triggers of all jobs of an app, in the order of their ids. */
  void lockTriggersOf(int appId) {
    database.joined(
        connection ->
            Sql.of(connection, LOCK_TRIGGERS_OF)
                .with(appId)
                .list(row -> row.getLong("job_id"))
                .size());
  }

  /** They fire no more until they are written again; the caller holds their locks. */
  void stopTriggers(Collection<Long> jobs) {
    database.joined(connection -> Sql.of(connection, STOP_TRIGGERS).bigints(jobs).update());
  }

  /** All jobs of an app, deleted ones included: these may still have instances. */
  List<Long> jobsEverOf(int appId) {
    return database.joined(
        connection -> Sql.of(connection, JOBS_EVER_OF).with(appId).list(row -> row.getLong("id")));
  }

  void writeSlot(long jobId, Integer concurrency) {
    database.joined(
        connection -> {
          JobSlotStore.write(connection, jobId, concurrency);
          return null;
        });
  }

  void removeSlot(long jobId) {
    database.joined(
        connection -> {
          JobSlotStore.remove(connection, jobId);
          return null;
        });
  }

  /** Makes the jobs' instances follow a pause or a resume. */
  void settle(Collection<Long> jobs) {
    database.joined(
        connection -> {
          JobSlotStore.settle(connection, jobs);
          return null;
        });
  }

  void deleteTrigger(long jobId) {
    database.joined(connection -> Sql.of(connection, DELETE_TRIGGER).with(jobId).update());
  }

  /** Whether a run that a fixed delay waits for has not ended. */
  boolean ownRunActive(long jobId) {
    return database.joined(
        connection ->
            Sql.of(connection, OWN_RUN_ACTIVE).with(jobId).first(row -> true).isPresent());
  }

  void cancelWaiting(long jobId, boolean disabled) {
    database.joined(
        connection -> {
          instances.cancelOfTrigger(connection, jobId, disabled);
          return null;
        });
  }
}
