package dev.orrery.scheduler.model.job;

import dev.orrery.scheduler.base.database.JtaDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.hint.ReplicaFeatureStore;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.PageBytes;
import dev.orrery.scheduler.http.rest.PageRows;
import dev.orrery.scheduler.http.security.AuthorView;
import dev.orrery.scheduler.model.app.PauseView;
import dev.orrery.scheduler.model.job.document.DocumentResult;
import dev.orrery.scheduler.model.job.document.JobDocumentCodec;
import dev.orrery.scheduler.model.propagation.JobChangePropagator;
import dev.orrery.scheduler.model.propagation.JobConcurrencyStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Reads and writes jobs with their versions, lanes and concurrency; takes part in the transaction
 * of the caller.
 */
@ApplicationScoped
class JobStore {
  private static final String NOW =
      "select date_trunc('milliseconds', statement_timestamp()) as now";

  private static final String ALL_JOBS =
      """
      select j.id, j.name, j.paused, j.paused_at, j.paused_by_role, j.paused_by_token, j.pause_note, j.owner,
        d.version as declared_version, d.declared_at, d.missing_from, d.missing_since, d.disabled_at, w.overdue_since, v.version, v.document, v.document_bytes, t.next_fire_at, first.created_at, j.app_id, a.name as app
      from job j join app a on a.id = j.app_id
      join job_version v on v.id = j.version_id
      join job_version first on first.job_id = j.id and first.version = 1
      left join trigger t on t.job_id = j.id
      left join declared_job d on d.job_id = j.id
      left join job_watch w on w.job_id = j.id
      where j.deleted_at is null
      """;

  private static final String JOBS = ALL_JOBS + " and j.app_id = ?";
  private static final String FIND = JOBS + " and j.name = ?";
  private static final String PAGE = JOBS + " and j.name > ? order by j.name limit ?";

  /** The size of a document, which has up to 256 KiB. */
  private static final String BYTES = "document_bytes";

  private static final String LIST = PageBytes.within(PAGE, BYTES, "name");

  /** Ends in a limit, as {@link PageBytes} requires. */
  private static final String IN_ORDER =
      PageBytes.within(
          """
          select found.*, array_position(?::bigint[], found.id) as place from (%s) found
          where found.id = any(?) order by place limit ?
          """
              .formatted(JOBS),
          BYTES,
          "place");

  /** Uses the order of the index job_name, so a page reads no more jobs than it has. */
  private static final String PAGE_OF_ALL =
      PageBytes.within(
          ALL_JOBS + " and (j.app_id, j.name) > (?, ?) order by j.app_id, j.name limit ?",
          BYTES,
          "app_id, name");

  /** Reads no documents: an app may have 512 MiB of them. */
  private static final String WITH_TRIGGER =
      """
      select j.id, j.name, v.priority, v.enabled, v.fire_rule
      from job j join job_version v on v.id = j.version_id
      where v.fire_rule is not null
      """;

  private static final String RESUMED = WITH_TRIGGER + " and j.id = ?";

  private static final String RESUMED_OF_APP =
      WITH_TRIGGER
          + " and j.app_id = ? and j.deleted_at is null and not j.paused and j.name > ?"
          + " order by j.name limit ?";

  private static final String NAMED = JOBS + " and j.name = any(?) order by j.name";

  private static final String EXISTING =
      "select id, name from job where app_id = ? and name = any(?) and deleted_at is null";

  /**
   * Follows flows by the names of the jobs of their nodes, and visits each name once. The limits
   * make the planner look each name up in the index job_name, also without statistics.
   */
  private static final String FLOWS_FROM =
      """
      with recursive flow as not materialized (
        select j.name, v.document
        from job j join job_version v on v.id = j.version_id
        where j.app_id = ? and j.deleted_at is null and j.name <> all(?) and j.id <> all(?)
          and v.document -> 'processor' ->> 'type' = 'flow'
      ), named(name) as (
        select unnest(?::text[])
        union
        select node ->> 'job'
        from named
        cross join lateral (select * from flow where flow.name = named.name limit 1) f
        cross join jsonb_path_query(f.document, '$.processor.nodes[*]') node
      )
      select f.name, array(
        select node ->> 'job'
        from jsonb_path_query(f.document, '$.processor.nodes[*]') node
        where node ->> 'job' is not null
      ) as jobs
      from named cross join lateral (select * from flow where flow.name = named.name limit 1) f
      limit ?
      """;

  /** Reads no documents: an owner may have as many jobs as an app. */
  private static final String OWNED_EXCEPT =
      """
      select j.id, j.name from job j
      where j.app_id = ? and j.owner = ? and j.deleted_at is null and j.name <> all(?)
        and (? or not exists (select from declared_job d where d.job_id = j.id))
      order by j.name
      """;

  /** The number of documents in the first fetch. The server reads and sends a whole fetch. */
  private static final int INITIAL_FETCH_SIZE = 2;

  /**
   * The maximum number of documents in a fetch, because the next document may be longer than the
   * previous ones.
   */
  private static final int MAX_PIECE = 10;

  /** The target size of a fetch in characters, estimated by the longest document so far. */
  private static final int BATCH_CHARACTERS = 512 * 1024;

  /** The number of job names in a fetch. */
  private static final int NAME_BATCH_SIZE = 1_000;

  private static final String SET_OWNER = "update job set owner = ? where id = any(?)";

  private static final String VERSIONS =
      PageBytes.within(
          """
      select v.version, v.created_at, v.author_role, v.author_token, v.document, v.document_bytes
      from job_version v join job j on j.id = v.job_id
      where j.app_id = ? and j.name = ? and j.deleted_at is null and v.version < ?
      order by v.version desc
      limit ?
      """,
          BYTES,
          "version desc");

  private static final String INSERT_LANE =
      "insert into lane (app_id, processor, tags) values (?, ?, ?) on conflict do nothing";
  private static final String FIND_LANE =
      "select id from lane where app_id = ? and processor = ? and tags = ?";

  private static final String COUNT_LANES = "select count(*) from lane where app_id = ?";

  /**
   * Reads no document: the size of a document that is stored separately is in its row. The
   * aggregate of each job keeps the planner from reading the versions of all apps.
   */
  private static final String DOCUMENT_BYTES =
      """
      select coalesce(sum(of_job.bytes), 0)::bigint as count
      from job j cross join lateral (
        select sum(pg_column_size(v.document) + 500) as bytes
        from job_version v where v.job_id = j.id
      ) of_job
      where j.app_id = ?
      """;

  private static final String COUNT =
      "select count(*) from job where app_id = ? and deleted_at is null";

  /** Null if no job has the name. No number above the last one is in use. */
  private static final String NEXT_NUMBER =
      """
      select case when bool_or(rest = '')
        then coalesce(max(substring(rest from '^-([1-9][0-9]{0,8})$')::integer), 1) + 1 end as next
      from (
        select substr(name, length(?) + 1) as rest from job
        where app_id = ? and deleted_at is null and starts_with(name, ?)
      ) named
      """;

  private static final String TRY_LOCK_APP =
      "select id from app where id = ? and deleted_at is null for update skip locked";

  private static final String JOBS_EVER_OF = "select id from job where app_id = ?";

  /** Also ends a pause: a deleted job cannot be resumed, and its attempts may run again. */
  private static final String DELETE =
      """
      update job set deleted_at = date_trunc('milliseconds', statement_timestamp()), paused = false
      where id = any(?)
      """;

  private static final String DELETE_ALL_OF =
      """
      update job set deleted_at = statement_timestamp(), paused = false
      where app_id = ? and deleted_at is null
      """;

  private final JtaDatabase database;
  private final JobDocumentCodec documents;
  private final JobChangePropagator changes;

  JobStore(JtaDatabase database, JobDocumentCodec documents, JobChangePropagator changes) {
    this.database = database;
    this.documents = documents;
    this.changes = changes;
  }

  /** Returns the number of connected replicas that know neither fan-out nor flows. */
  int replicasWithoutParents() {
    return database.inCurrentTransaction(ReplicaFeatureStore::replicasWithoutParents);
  }

  /** Returns the ids of the existing jobs with these names, by name. */
  Map<String, Long> existing(int appId, Collection<String> names) {
    Map<String, Long> ids = new HashMap<>();
    if (!names.isEmpty()) {
      database.inCurrentTransaction(
          connection ->
              SqlStatement.of(connection, EXISTING)
                  .with(appId)
                  .texts(names)
                  .list(row -> ids.put(row.getString("name"), row.getLong("id"))));
    }
    return ids;
  }

  /**
   * Returns the flows with these names and all flows that they run, directly or through others,
   * each with the jobs of its nodes.
   *
   * @param written names of jobs that are left out, as are {@code deleted}
   * @param limit the maximum number of flows
   */
  Map<String, List<String>> flowsFrom(
      int appId,
      Collection<String> names,
      Collection<String> written,
      Collection<Long> deleted,
      int limit) {
    Map<String, List<String>> flows = new HashMap<>();
    if (!names.isEmpty()) {
      database.inCurrentTransaction(
          connection ->
              SqlStatement.of(connection, FLOWS_FROM)
                  .with(appId)
                  .texts(written)
                  .bigints(deleted)
                  .texts(names)
                  .with(limit)
                  .list(
                      row ->
                          flows.put(
                              row.getString("name"),
                              List.of((String[]) row.getArray("jobs").getArray()))));
    }
    return flows;
  }

  Instant now() {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, NOW)
                .first(row -> SqlStatement.instant(row, "now"))
                .orElseThrow());
  }

  Optional<Job> find(int appId, String name) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, FIND).with(appId).withText(name).first(this::storedJob));
  }

  ProblemException notFound(int appId, String name) {
    return database.inCurrentTransaction(
        connection -> JobNameStore.notFound(connection, appId, name));
  }

  /** Returns a page that is bounded by bytes, too: 500 documents may have 125 MiB. */
  PageRows<Job> list(int appId, String afterName, int limit) {
    return database.inCurrentTransaction(
        connection ->
            PageRows.read(
                SqlStatement.of(connection, LIST).with(appId).withText(afterName).with(limit),
                this::storedJob));
  }

  /** Returns jobs of a resumed app that have a trigger and are not paused themselves, by name. */
  List<ResumedJob> resumed(int appId, String afterName, int limit) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, RESUMED_OF_APP)
                .with(appId)
                .withText(afterName)
                .with(limit)
                .list(this::resumedJob));
  }

  /** Returns a resumed job; empty if it has no trigger. */
  Optional<ResumedJob> resumed(long job) {
    return database.inCurrentTransaction(
        connection -> SqlStatement.of(connection, RESUMED).with(job).first(this::resumedJob));
  }

  private ResumedJob resumedJob(ResultSet row) throws SQLException {
    return new ResumedJob(
        row.getLong("id"),
        row.getString("name"),
        row.getInt("priority"),
        row.getBoolean("enabled"),
        documents.readFireRule(row.getString("fire_rule")));
  }

  /**
   * Returns the existing jobs with these ids, in the order of the ids, up to the byte limit of a
   * page.
   */
  PageRows<Job> inOrder(int appId, List<Long> ids) {
    return database.inCurrentTransaction(
        connection ->
            PageRows.read(
                SqlStatement.of(connection, IN_ORDER)
                    .bigints(ids)
                    .with(appId)
                    .bigints(ids)
                    .with(ids.size()),
                this::storedJob));
  }

  /** Returns jobs of all apps, sorted by app and then by name. */
  PageRows<AppJob> pageOfAll(JobCursor after, int limit) {
    return database.inCurrentTransaction(
        connection ->
            PageRows.read(
                SqlStatement.of(connection, PAGE_OF_ALL)
                    .with(after.appId())
                    .withText(after.name())
                    .with(limit),
                row -> new AppJob(row.getInt("app_id"), row.getString("app"), storedJob(row))));
  }

  /**
   * Visits the jobs with these names, by name. Holds the documents of one fetch at a time: 1,000
   * jobs may have 256 MiB of them.
   */
  void visitNamed(int appId, Collection<String> names, Consumer<Job> visitor) {
    database.inCurrentTransaction(
        connection -> {
          AtomicInteger longest = new AtomicInteger(1);
          SqlStatement.of(connection, NAMED)
              .with(appId)
              .texts(names)
              .visit(
                  INITIAL_FETCH_SIZE,
                  row -> {
                    visitor.accept(storedJob(row));
                    int length = row.getString("document").length();
                    int most = BATCH_CHARACTERS / longest.accumulateAndGet(length, Math::max);
                    return Math.max(1, Math.min(MAX_PIECE, most));
                  });
          return null;
        });
  }

  /**
   * Returns the jobs of an owner except the ones with these names.
   *
   * @param declared whether also those that an application has declared
   * @param mostNames the maximum number of names in the result
   */
  PrunedJobs ownedExcept(
      int appId, String owner, Collection<String> names, boolean declared, int mostNames) {
    return database.inCurrentTransaction(
        connection -> {
          List<Long> ids = new ArrayList<>();
          List<String> first = new ArrayList<>();
          SqlStatement.of(connection, OWNED_EXCEPT)
              .with(appId)
              .withText(owner)
              .texts(names)
              .with(declared)
              .visit(
                  NAME_BATCH_SIZE,
                  row -> {
                    ids.add(row.getLong("id"));
                    if (first.size() < mostNames) {
                      first.add(row.getString("name"));
                    }
                    return NAME_BATCH_SIZE;
                  });
          return new PrunedJobs(ids, first);
        });
  }

  void setOwner(Collection<Long> jobs, String owner) {
    database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, SET_OWNER).withText(owner).bigints(jobs).update());
  }

  /** Returns the versions of a job below {@code before}, newest first. */
  PageRows<JobVersionView> versions(int appId, String name, int before, int limit) {
    return database.inCurrentTransaction(
        connection ->
            PageRows.read(
                SqlStatement.of(connection, VERSIONS)
                    .with(appId)
                    .withText(name)
                    .with(before)
                    .with(limit),
                row ->
                    new JobVersionView(
                        row.getInt("version"),
                        SqlStatement.instant(row, "created_at"),
                        author(row, "author"),
                        documents.read(row.getString("document")).document())));
  }

  private Job storedJob(ResultSet row) throws SQLException {
    DocumentResult stored = documents.read(row.getString("document"));
    return new Job(
        row.getLong("id"),
        stored.document(),
        stored.unreadable(),
        row.getInt("version"),
        row.getBoolean("paused"),
        PauseView.of(
            row.getBoolean("paused"),
            row.getString("pause_note"),
            SqlStatement.instant(row, "paused_at"),
            author(row, "paused_by")),
        row.getString("owner"),
        DeclarationView.of(
            row.getString("declared_version"),
            SqlStatement.instant(row, "declared_at"),
            row.getString("missing_from"),
            SqlStatement.instant(row, "missing_since"),
            SqlStatement.instant(row, "disabled_at")),
        SqlStatement.instant(row, "created_at"),
        SqlStatement.instant(row, "next_fire_at"),
        SqlStatement.instant(row, "overdue_since"));
  }

  private static AuthorView author(ResultSet row, String columns) throws SQLException {
    return AuthorView.of(
        row.getString(columns + "_role"), SqlStatement.nullableLong(row, columns + "_token"));
  }

  Optional<Integer> findLane(int appId, String processor, List<String> tags) {
    return database.inCurrentTransaction(
        connection ->
            lane(connection, FIND_LANE, appId, processor, tags).first(row -> row.getInt("id")));
  }

  /** Creates the lane of (app, processor, tags) if it does not exist. */
  int createLane(int appId, String processor, List<String> tags) {
    database.inCurrentTransaction(
        connection -> lane(connection, INSERT_LANE, appId, processor, tags).update());
    return findLane(appId, processor, tags).orElseThrow();
  }

  long countLanes(int appId) {
    return count(COUNT_LANES, appId);
  }

  /** Returns the size of all versions of all jobs of an app, including deleted ones. */
  long documentBytes(int appId) {
    return count(DOCUMENT_BYTES, appId);
  }

  long count(int appId) {
    return count(COUNT, appId);
  }

  /** Returns the name, or the name with a number if a job of the app has it. */
  String freeName(int appId, String name) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, NEXT_NUMBER)
                .withText(name)
                .with(appId)
                .withText(name)
                .first(row -> Optional.ofNullable(SqlStatement.nullableInt(row, "next")))
                .orElseThrow()
                .map(number -> name + "-" + number)
                .orElse(name));
  }

  private long count(String sql, int appId) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, sql)
                .with(appId)
                .first(row -> row.getLong("count"))
                .orElseThrow());
  }

  private static SqlStatement lane(
      Connection connection, String sql, int appId, String processor, List<String> tags) {
    return SqlStatement.of(connection, sql).with(appId).withText(processor).texts(tags);
  }

  /** Returns all jobs of an app, including deleted ones, which may still have instances. */
  List<Long> jobsEverOf(int appId) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, JOBS_EVER_OF).with(appId).list(row -> row.getLong("id")));
  }

  void delete(Collection<Long> jobs) {
    database.inCurrentTransaction(
        connection -> {
          JobLabelStore.delete(connection, jobs);
          return SqlStatement.of(connection, DELETE).bigints(jobs).update();
        });
  }

  /** Returns false, and does not wait, if the app is locked or was deleted. */
  boolean tryLockApp(int appId) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, TRY_LOCK_APP)
                .with(appId)
                .first(row -> row.getInt("id"))
                .isPresent());
  }

  void deleteAllOf(int appId) {
    database.inCurrentTransaction(
        connection -> {
          JobLabelStore.deleteAllOf(connection, appId);
          return SqlStatement.of(connection, DELETE_ALL_OF).with(appId).update();
        });
  }

  void writeLabels(int appId, long job, Map<String, String> labels) {
    database.inCurrentTransaction(
        connection -> {
          JobLabelStore.write(connection, appId, job, labels);
          return null;
        });
  }

  /** Locks the concurrency rows of jobs in the order of ids. A job may have no row. */
  void lockConcurrency(Collection<Long> jobs) {
    database.inCurrentTransaction(
        connection -> {
          JobConcurrencyStore.lock(connection, jobs);
          return null;
        });
  }

  void writeConcurrency(long jobId, Integer concurrency) {
    database.inCurrentTransaction(
        connection -> {
          JobConcurrencyStore.write(connection, jobId, concurrency);
          return null;
        });
  }

  void removeConcurrency(long jobId) {
    database.inCurrentTransaction(
        connection -> {
          JobConcurrencyStore.remove(connection, jobId);
          return null;
        });
  }

  /**
   * Applies the changes of jobs to their instances, in one step. The caller has scheduled the
   * recheck of the jobs, which executes the remaining steps.
   */
  void updateInstances(Collection<Long> jobs) {
    database.inCurrentTransaction(
        connection -> {
          Runnable afterCommit = changes.begin(connection, jobs);
          // Runs before the commit of the caller: if the edit still fails, which is rare, the
          // metrics are wrong.
          afterCommit.run();
          return null;
        });
  }

  /** Schedules the cancel of the instances that the triggers of disabled jobs created. */
  void cancelFiresOf(Collection<Long> disabled) {
    database.inCurrentTransaction(
        connection -> {
          JobConcurrencyStore.cancelFiresOf(connection, disabled);
          return null;
        });
  }

  /** Must be called before any lock of a job is taken. */
  void scheduleRecheck(Collection<Long> jobs) {
    database.inCurrentTransaction(
        connection -> {
          JobConcurrencyStore.scheduleRecheck(connection, jobs);
          return null;
        });
  }
}
