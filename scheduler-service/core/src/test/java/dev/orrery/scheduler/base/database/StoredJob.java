package dev.orrery.scheduler.base.database;

import dev.orrery.scheduler.model.job.JobVersionKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** A job that a test wrote into a {@link StoreDatabase}. */
public record StoredJob(StoreDatabase database, int app, int lane, long id, long version) {

  /** The number of large documents that the transaction has read. */
  public static final String DOCUMENTS_READ =
      """
      select idx_scan from pg_stat_xact_all_tables
      where relid = (select reltoastrelid from pg_class where oid = 'job_version'::regclass)
      """;

  static StoredJob create(StoreDatabase database, String fields) {
    String app = "app-" + UUID.randomUUID();
    database.update("insert into app (name) values (?)", app);
    int appId = (int) database.number("select id from app where name = ?", app);
    database.update("insert into lane (app_id, processor, tags) values (?, 'noop', '{}')", appId);
    int lane = (int) database.number("select id from lane where app_id = ?", appId);
    return create(database, appId, lane, "job", fields);
  }

  private static StoredJob create(
      StoreDatabase database, int app, int lane, String name, String fields) {
    database.update(
        """
        with named as (
          insert into job (app_id, name, version_id)
          values (?, ?, new_instance_id())
          returning id, version_id, name
        )
        insert into job_version (id, job_id, version, document, lane_id, priority)
        select version_id, id, 1,
          format('{"name":"%s","processor":{"type":"noop"},"enabled":true%s}', name, ?::text)::jsonb,
          ?, 5
        from named
        """,
        app, name, fields.isEmpty() ? "" : "," + fields, lane);
    long id = database.number("select id from job where app_id = ? and name = ?", app, name);
    return new StoredJob(
        database,
        app,
        lane,
        id,
        database.number("select id from job_version where job_id = ?", id));
  }

  public JobVersionKey key() {
    return new JobVersionKey(
        version,
        database.number(
            "select (date_part('epoch', created_at) * 1000000)::bigint from job_version where id = ?",
            version));
  }

  /** Another job of the same app and lane. */
  public StoredJob sibling(String name) {
    return sibling(name, "");
  }

  /**
   * @param fields of its document
   */
  public StoredJob sibling(String name, String fields) {
    return create(database, app, lane, name, fields);
  }

  /** Writes other jobs of the same app, with the same version, until it has this many. */
  public void siblings(int jobs) {
    database.update(
        """
        with made as (
          insert into job (app_id, name, version_id)
          select ?, 'job-' || n, new_instance_id() from generate_series(2, ?) n
          returning id, version_id
        )
        insert into job_version (id, job_id, version, document, lane_id, priority)
        select made.version_id, made.id, 1, v.document, v.lane_id, 5
        from made, job_version v where v.id = ?
        """,
        app,
        jobs,
        version);
  }

  /** Its version has these columns, as {@code "timeout = interval '5 s'"}. */
  public StoredJob version(String columns) {
    database.update("update job_version set " + columns + " where id = ?", version);
    return this;
  }

  /** Gives it a trigger that is due at the time of the expression. */
  public StoredJob trigger(String nextFireAt) {
    database.update(
        "insert into trigger (job_id, next_fire_at, anchor_at) values (?, %s, '2025-01-01')"
            .formatted(nextFireAt),
        id);
    return this;
  }

  /**
   * Puts another row at the place of its version, with the same id, as a database does that has
   * gone back in time.
   */
  public void replaceVersion(String document) {
    database.update(
        """
        update job_version set created_at = created_at + interval '1 second', document = ?::jsonb
        where id = ?
        """,
        document,
        version);
  }

  public void pause() {
    database.update("update job set paused = true where id = ?", id);
  }

  public void pauseApp() {
    database.update("update app set paused = true where id = ?", app);
  }

  /**
   * Writes an instance that is ready and due now.
   *
   * @param columns that are otherwise, as {@code "state = 0", "due_at = now()"}
   */
  public void instance(long instance, String... columns) {
    database.update(
        """
        insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at)
        values (?, ?, ?, ?, 1, 5, statement_timestamp())
        """,
        instance,
        id,
        version,
        lane);
    change(instance, columns);
  }

  /** Writes many instances that are ready and due now, with the ids from the first one on. */
  public void instances(long first, int count) {
    database.update(
        """
        insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at)
        select ? + n, ?, ?, ?, 1, 5, statement_timestamp() from generate_series(0, ? - 1) n
        """,
        first,
        id,
        version,
        lane,
        count);
  }

  /** Writes an instance whose first attempt runs in the session. */
  public void running(long instance, UUID session, String... columns) {
    instance(
        instance,
        "state = 3",
        "attempt = 1",
        "session_id = '" + session + "'",
        "started_at = statement_timestamp()");
    change(instance, columns);
  }

  private void change(long instance, String... columns) {
    if (columns.length > 0) {
      database.update(
          "update instance set " + String.join(", ", columns) + " where id = ?", instance);
    }
  }

  /**
   * Writes an instance that ended now at its first attempt.
   *
   * @param columns that are otherwise, as {@code "error = 'no'"}
   */
  public void ended(long instance, int state, String... columns) {
    Map<String, String> row = new LinkedHashMap<>();
    row.put("due_at", "now()");
    row.put("ended_at", "now()");
    row.put("attempt", "1");
    row.put("reported", "true");
    for (String column : columns) {
      String[] pair = column.split(" = ", 2);
      row.put(pair[0], pair[1]);
    }
    database.update(
        "insert into instance_history (id, job_id, job_version_id, state, priority, %s) values (?, ?, ?, ?, 5, %s)"
            .formatted(String.join(", ", row.keySet()), String.join(", ", row.values())),
        instance,
        id,
        version,
        state);
  }

  /** Adds a webhook that calls late what waits for an hour; returns its id. */
  public long webhook(String name, String events) {
    return database.number(
        """
        insert into webhook (app_id, name, version, url, events, threshold, window_millis,
          late_after_millis, enabled, secret)
        values (?, ?, 1, 'http://x/', ?::text::text[], 1, 60000, 3600000, true, '')
        returning id
        """,
        app,
        name,
        events);
  }
}
