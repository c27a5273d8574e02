package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.http.problem.ProblemException;
import dev.orrery.scheduler.http.rest.PageBytes;
import dev.orrery.scheduler.http.rest.PageRows;
import dev.orrery.scheduler.model.job.JobNameStore;
import dev.orrery.scheduler.model.job.JobVersionKey;
import dev.orrery.scheduler.model.job.ParentLane;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Reads instances. One statement, and so one snapshot, reads the active instances and the history:
 * an instance that ends during the query appears exactly once.
 */
@ApplicationScoped
public class InstanceStore {
  /** The maximum number of lanes that are compared with the workers. */
  public static final int MAX_LANES = 1_000;

  /**
   * The maximum number of rows that one call examines for a filter. A page may therefore be short.
   */
  private static final int MAX_ROWS_READ = 10_000;

  /** The maximum if the errors of the rows are searched; each has up to 4 KiB. */
  private static final int MAX_ERRORS_READ = 4_000;

  /**
   * Up to this number of jobs, each job is probed at once. For more jobs, the newest instances of
   * all apps are scanned first, where a busy app finds its own; then each job is probed in one span
   * of time after another, so that the rows of other apps are never read again.
   */
  private static final int MAX_PROBES = 100;

  /** The rows of all apps that a list without a filter scans for each row of its page. */
  private static final int SCANNED_FOR_EACH = 20;

  /** Probes of a job on a day, in one statement. */
  private static final int MAX_PROBES_OF_SPAN = 100_000;

  private static final int MAX_SPANS = 4;

  /** The maximum number of rows of a job in a span, if all of them have ended. */
  private static final int MAX_ENDED_OF_JOB = 1_000;

  private static final String GET =
      """
      select x.*, w.worker, %s from (
        select %s, i.job_id from instance i where i.id = ?
        union all
        select %s, h.job_id from instance_history h where h.id = ?
        union all
        select %s, h.job_id from part_history h where h.id = ?
      ) x
      join job j on j.id = x.job_id and j.app_id = coalesce(?, j.app_id)
      left join worker_session w on w.id = x.session_id
      """
          .formatted(
              JobVersionKey.createdOf("x.job_version_id"),
              InstanceRow.HOT_COLUMNS,
              InstanceRow.HISTORY_COLUMNS,
              InstanceRow.PART_COLUMNS);

  private static final String WAITING =
      """
      select x.*, null::text as worker, %s from (
        select %s from instance i
        where i.id = any(?) and i.state in (:SCHEDULED, :READY, :BLOCKED)) x
      """
          .formatted(JobVersionKey.createdOf("x.job_version_id"), InstanceRow.HOT_COLUMNS)
          .transform(StateCode::resolve);

  /** The limits of a document bound the rows that it counts. */
  private static final String PART_COUNTS =
      """
      select p.instance_id, p.total, p.made,
        (select count(*) from instance i where i.parent_id = p.instance_id) as active,
        (select count(*) from part_history h
          where h.parent_id = p.instance_id and h.state <> :SUCCEEDED) as failed
      from parent_instance p where p.instance_id = any(?) and p.failed is null
      union all
      select p.instance_id, p.total, p.made, 0, p.failed
      from parent_instance p where p.instance_id = any(?) and p.failed is not null
      """
          .transform(StateCode::resolve);

  /** The limit of a document bounds the nodes of a flow. */
  private static final String NODE_COUNTS =
      """
      select p.flow_id, n.*
      from unnest(?::bigint[]) as asked(id) cross join lateral (
        select p.instance_id as flow_id from parent_instance p where p.instance_id = asked.id limit 1
      ) p cross join lateral (
        select count(*)::integer as total,
          (count(*) filter (where n.state = :SCHEDULED))::integer as waiting,
          (count(*) filter (where n.state = :RUNNING))::integer as active,
          (count(*) filter (where n.state = :SUCCEEDED))::integer as succeeded,
          (count(*) filter (where n.state = :SKIPPED))::integer as skipped
        from flow_node n where n.flow_id = p.flow_id
      ) n
      where n.total > 0
      """
          .transform(StateCode::resolve);

  private static final String NODE_NAME =
      """
      select n.name from flow_node n where n.flow_id = ? and n.instance_id = ? and not n.reused
      """;

  private static final String ALL_JOBS =
      "select id from job where app_id = ? and name = coalesce(?, name)";

  private static final String LIVE_OR_DELETED_JOBS =
      "select id from job where app_id = ? and name = coalesce(?, name) limit ?";

  /**
   * The range of a single job and the row comparisons leave the planner only the indexes by job.
   * With {@code job_id = …} it scans the primary key backwards if most instances belong to few
   * jobs, and then reads the whole backlog for each job without instances. The plain comparisons of
   * ids select the partitions. Parts are left to the list of their parent.
   */
  private static final String LOOK_PER_JOB =
      """
      select x.*, jobs.job_id from unnest(?::bigint[]) as jobs(job_id) cross join lateral (
        (select %s, row_number() over (order by i.job_id desc, i.id desc) as rank from instance i
         where i.job_id between jobs.job_id and jobs.job_id
           and (i.job_id, i.id) < (jobs.job_id, ?::bigint)
           and (i.job_id, i.id) >= (jobs.job_id, ?::bigint) and i.part is null
         order by i.job_id desc, i.id desc limit ?)
        union all
        (select %s, row_number() over (order by h.job_id desc, h.id desc) as rank
         from (select ?::bigint as below, ?::bigint as first) span cross join instance_history h
         where h.job_id between jobs.job_id and jobs.job_id
           and (h.job_id, h.id) < (jobs.job_id, span.below) and h.id < span.below
           and (h.job_id, h.id) >= (jobs.job_id, span.first) and h.id >= span.first
         order by h.job_id desc, h.id desc limit ?)
      ) x
      """
          .formatted(InstanceRow.HOT_COLUMNS, InstanceRow.HISTORY_COLUMNS);

  private static final String READ_BACK =
      """
      select x.* from (
        (select %s, row_number() over (order by i.id desc) as rank, i.job_id from instance i
         where i.id < ? and i.id >= ? and i.part is null order by i.id desc limit ?)
        union all
        (select %s, row_number() over (order by h.id desc) as rank, h.job_id from instance_history h
         where h.id < ? and h.id >= ? order by h.id desc limit ?)
      ) x
      """
          .formatted(InstanceRow.HOT_COLUMNS, InstanceRow.HISTORY_COLUMNS);

  /**
   * If a branch reached its limit, there may be more rows below its last one. The page then ends at
   * that row, and its cursor continues there.
   *
   * <p>The indexes serve the job and the time of creation, which is part of the id: {@code
   * instance_of_job} and {@code instance_history_of_job}, or the primary keys for an app with many
   * jobs. All other conditions are checked on the rows found, at most {@link #MAX_ROWS_READ} of
   * them for any filter. A branch without selected states reads no rows, so a list of failures does
   * not read the backlog. The worker of a row is looked up by its session, and a backfill in {@code
   * backfill_of_instance}. The reason to wait follows {@link WaitingFor#of}.
   */
  private static final String PAGE_OF =
      """
      with candidates as materialized (%s),
      horizon as (select coalesce(max(id), 0) as horizon from candidates where rank = ?),
      wanted as materialized (
        select ?::integer[] as states, ?::text as error, ?::text as worker,
          ?::text[] as origins, ?::text as waiting, ?::integer[] as lanes, ?::integer as full_lane)
      select horizon.horizon, %s
      from horizon
      left join lateral (
        select c.* from candidates c cross join wanted
        where c.id >= horizon.horizon
          and (wanted.states is null or c.state = any(wanted.states))
          and (wanted.error is null or strpos(lower(c.error), lower(wanted.error)) > 0)
          and (wanted.worker is null or wanted.worker = (
            select s.worker from worker_session s where s.id = c.session_id))
          and (wanted.origins is null or case
            when c.parent_id is not null then 'FLOW'
            when c.retry_of is not null then 'RETRY'
            when c.fire_time is null then 'MANUAL'
            when c.id <= (select b.last_instance from backfill b
              where b.job_id = c.job_id and b.first_instance <= c.id
              order by b.first_instance desc limit 1) then 'BACKFILL'
            else 'SCHEDULED' end = any(wanted.origins))
          and (wanted.waiting is null or wanted.waiting = case
            when c.state = :SCHEDULED then case when c.attempt > 0 then 'BACKOFF' else 'DUE_TIME' end
            when c.state = :READY and ({lane}) = any(wanted.lanes) then wanted.waiting
            when c.state = :BLOCKED then coalesce(
              (select {pause} from job j join app p on p.id = j.app_id where j.id = c.job_id),
              case when c.waits_for_predecessors then 'OVERLAP' else 'CONCURRENCY' end) end)
          %s
        order by c.id desc limit ?
      ) page on true
      left join worker_session w on w.id = page.session_id
      order by page.id desc
      """
          .replace("{pause}", InstanceStore.PAUSE)
          .replace("{lane}", ParentLane.waitingLane("c", "wanted.full_lane"))
          .transform(StateCode::resolve);

  private static final String OF_APP =
      "and c.job_id in (select j.id from job j where j.app_id = ?)";

  /** Selects from the instances of all apps; the name of a job is a lookup for each row. */
  private static final String OF_ALL =
      """
      and (?::text is null or ?::text = (
        select j.name from job j where j.id = c.job_id limit 1))""";

  /**
   * Whole rows. The texts of a row have up to 84 KiB, so a page is also bounded by bytes; {@code
   * found} is the number of rows without the bound of bytes.
   */
  private static final Projection<InstanceRow> ROWS =
      Projection.of(
          "page.*, w.worker, " + JobVersionKey.createdOf("page.job_version_id"),
          InstanceRow::read,
          page -> PageBytes.within(page, InstanceRow.BYTES, "id desc"));

  private static final Projection<Long> IDS =
      Projection.of("page.id, 0 as found", row -> row.getLong("id"), page -> page);

  /** Reads only the part of an error that a response shows, from its first non-blank line. */
  private static final Projection<FailedInstance> FAILURES =
      Projection.of(
          """
          page.id, page.job_id, page.state, page.ended_at, page.reason, 0 as found,
            left(substring(page.error from '[^\\n\\r]*[^\\s][^\\n\\r]*'), %d) as error\
          """
              .formatted(InstanceFilter.MAX_ERROR),
          InstanceStore::failed,
          page -> page);

  /**
   * Bounded, because a worker may hand an instance back any number of times, with an error of 4 KiB
   * each.
   */
  private static final String ATTEMPTS =
      PageBytes.within(
          """
          select a.attempt, a.state, w.worker, a.started_at, a.ended_at, a.run_millis, a.error
          from attempt a left join worker_session w on w.id = a.session_id
          where a.instance_id = ? and a.attempt > ?
          order by a.attempt
          limit ?
          """,
          "coalesce(octet_length(error), 0)",
          "attempt");

  /**
   * The rule of {@code worker.Capabilities#matches}, over all live sessions of the apps. The
   * attempts of a session are counted once, even if it matches several lanes; {@code held_count} is
   * as old as the last renewal. Sessions with equal capabilities become one row, so each lane is
   * compared with each set of capabilities once.
   */
  private static final String MATCHING_WORKERS =
      """
      with live as materialized (
        select w.app_id, w.draining, w.processors, w.tags, bool_or(w.capacity > (
          select count(*) from instance i where i.session_id = w.id and i.state = :RUNNING
        )) as has_room
        from worker_session w
        where w.ended_at is null and w.app_id in (select app_id from lane where id = any(?))
        group by w.app_id, w.draining, w.processors, w.tags
      )
      select l.id, %s as of_parents, %s as full, count(live.app_id) > 0 as any_worker,
        count(*) filter (where rule.matches) > 0 as matching,
        count(*) filter (where rule.matches and live.has_room) > 0 as has_room
      from lane l left join live on live.app_id = l.app_id
      cross join lateral (
        select not live.draining and l.processor = any(live.processors) and l.tags <@ live.tags
      ) rule(matches)
      where l.id = any(?)
      group by l.id
      """
          .formatted(ParentLane.isOfParents("l"), ParentLane.isFull("l"))
          .transform(StateCode::resolve);

  /**
   * The name of the reason for the job {@code j} and its app {@code p}; null if neither is paused.
   */
  public static final String PAUSE =
      "case when p.paused then 'APP_PAUSED' when j.paused then 'PAUSED' end";

  /**
   * Lanes of an app whose workers ready instances wait for, with a probe of the index
   * instance_ready for each, and those of the parts of the first ready parents. The limit equals
   * the limit of the counts of waiting instances.
   */
  private static final String READY_LANES =
      """
      select l.id from lane l where l.app_id = ? and (
          exists (select from instance i where i.lane_id = l.id and i.state = :READY)
          or l.processor = '{parent}' or l.id in (
            select v.part_lane_id from lane p
            cross join lateral (
              select i.job_version_id from instance i where i.lane_id = p.id and i.state = :READY
              order by i.priority desc, i.due_at, i.id limit {lanes}) i
            join job_version v on v.id = i.job_version_id
            where p.app_id = ? and {ofParents}))
      limit ?
      """
          .replace("{lanes}", Integer.toString(MAX_LANES))
          .replace("{parent}", ParentLane.PROCESSOR)
          .replace("{ofParents}", ParentLane.isOfParents("p"))
          .transform(StateCode::resolve);

  private static final String FULL_LANES =
      ("select l.id from lane l where l.id = any(?) and " + ParentLane.isFull("l"))
          .transform(StateCode::resolve);

  private static final String FULL_LANE_OF =
      "select l.id from lane l where l.app_id = ? and l.processor = '%s' and %s"
          .formatted(ParentLane.PROCESSOR, ParentLane.isFull("l"))
          .transform(StateCode::resolve);

  /**
   * The requirements that no worker meets: the processor, or else the tags among the workers with
   * the processor.
   */
  private static final String MISSING =
      """
      with live as materialized (
        select distinct w.app_id, w.processors, w.tags from worker_session w
        where w.ended_at is null and not w.draining
          and w.app_id in (select app_id from lane where id = any(?))
      )
      select l.id, l.processor, l.tags, array(
          select tag from unnest(l.tags) tag where not exists (
            select from live where live.app_id = l.app_id and l.processor = any(live.processors)
              and tag = any(live.tags))) as missing_tags,
        exists (select from live
          where live.app_id = l.app_id and l.processor = any(live.processors)) as offered
      from lane l where l.id = any(?)
      """;

  private static final String PAUSED =
      """
      select j.id, %s as pause from job j join app p on p.id = j.app_id
      where j.id = any(?) and (j.paused or p.paused)
      """
          .formatted(PAUSE);

  private final EngineDatabase database;

  InstanceStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * @param onlyApp instances of other apps are not found; null for all apps
   */
  Optional<InstanceRow> get(long id, Integer onlyApp) {
    return database.read(
        connection ->
            SqlStatement.of(connection, GET)
                .with(id)
                .with(id)
                .with(id)
                .withInt(onlyApp)
                .first(InstanceRow::read));
  }

  /** Returns the counts of those of the instances that have, or had, parts. */
  Map<Long, PartCounts> partCounts(Collection<Long> ids) {
    Map<Long, PartCounts> counts = new HashMap<>();
    if (!ids.isEmpty()) {
      database.read(
          connection ->
              SqlStatement.of(connection, PART_COUNTS)
                  .bigints(ids)
                  .bigints(ids)
                  .list(row -> counts.put(row.getLong("instance_id"), partCounts(row))));
    }
    return counts;
  }

  private static PartCounts partCounts(ResultSet row) throws SQLException {
    int made = row.getInt("made");
    int active = row.getInt("active");
    int failed = row.getInt("failed");
    return new PartCounts(row.getInt("total"), made, active, made - active - failed, failed);
  }

  /** Returns the counts of those of the instances that are flows and have started. */
  Map<Long, NodeCounts> nodeCounts(Collection<Long> ids) {
    Map<Long, NodeCounts> counts = new HashMap<>();
    if (!ids.isEmpty()) {
      database.read(
          connection ->
              SqlStatement.of(connection, NODE_COUNTS)
                  .bigints(ids)
                  .list(row -> counts.put(row.getLong("flow_id"), nodeCounts(row))));
    }
    return counts;
  }

  private static NodeCounts nodeCounts(ResultSet row) throws SQLException {
    int total = row.getInt("total");
    int waiting = row.getInt("waiting");
    int active = row.getInt("active");
    int succeeded = row.getInt("succeeded");
    int skipped = row.getInt("skipped");
    return new NodeCounts(
        total, waiting, active, succeeded, total - waiting - active - succeeded - skipped, skipped);
  }

  /** Returns the name of the node of a flow whose run an instance is. */
  Optional<String> nodeName(long flow, long instance) {
    return database.read(
        connection ->
            SqlStatement.of(connection, NODE_NAME)
                .with(flow)
                .with(instance)
                .first(row -> row.getString("name")));
  }

  /** Rows of a list, newest first. */
  record Rows<R>(List<R> rows, Long next) {}

  /** The columns of a page, in each of its three statements. */
  private record Projection<R>(
      String perJob, String back, String ofAll, SqlStatement.RowReader<R> reader) {
    static <R> Projection<R> of(
        String columns, SqlStatement.RowReader<R> reader, UnaryOperator<String> bound) {
      return new Projection<>(
          bound.apply(PAGE_OF.formatted(LOOK_PER_JOB, columns, "")),
          bound.apply(PAGE_OF.formatted(READ_BACK, columns, OF_APP)),
          bound.apply(PAGE_OF.formatted(READ_BACK, columns, OF_ALL)),
          reader);
    }
  }

  /**
   * A request for a page.
   *
   * @param from the smallest id
   * @param appId null for all apps; the filter then names a job of any app
   * @param before an exclusive upper bound of the ids
   * @param lanes lanes whose ready instances wait for the reason of the filter
   * @param fullLane the lane of the app's parents, if it is full; otherwise null
   */
  record PageRequest(
      Integer appId,
      InstanceFilter filter,
      long from,
      long before,
      int limit,
      Collection<Integer> lanes,
      Integer fullLane) {
    PageRequest(Integer appId, InstanceFilter filter, long before, int limit) {
      this(appId, filter, filter.firstId(), before, limit, List.of(), null);
    }

    private PageRequest withLanes(Collection<Integer> found, Integer full) {
      return new PageRequest(appId, filter, from, before, limit, found, full);
    }

    private PageRequest within(long first, long below, int most) {
      return new PageRequest(appId, filter, Math.max(from, first), below, most, lanes, fullLane);
    }

    private int rows(int branches) {
      return filter.examinesRows() ? Math.max(limit, mostRows() / Math.max(1, branches)) : limit;
    }

    /** The rows of all apps to scan for one with many jobs. */
    private int rowsBack() {
      return filter.examinesRows() ? mostRows() : Math.min(mostRows(), SCANNED_FOR_EACH * limit);
    }

    private int rowsOfSpan(int jobs) {
      return filter.selectsActive()
          ? rows(jobs)
          : Math.max(limit, Math.min(MAX_ENDED_OF_JOB, mostRows()));
    }

    private int mostRows() {
      return filter.error() == null ? MAX_ROWS_READ : MAX_ERRORS_READ;
    }
  }

  /**
   * Returns one page; empty if the filter names a job that the app never had. In a list over all
   * apps, such a name selects nothing.
   *
   * <p>A page may be short, or have no rows, and still name a next one.
   */
  Optional<Rows<InstanceRow>> page(PageRequest request) {
    return page(ROWS, request);
  }

  /** Returns the ids of {@link #page(PageRequest)}. */
  Optional<Rows<Long>> ids(PageRequest request) {
    return page(IDS, request);
  }

  /** Returns the failures of {@link #page(PageRequest)}, with only the beginning of the error. */
  Optional<Rows<FailedInstance>> failures(PageRequest request) {
    return page(FAILURES, request);
  }

  private <R> Optional<Rows<R>> page(Projection<R> projection, PageRequest asked) {
    return database.read(
        connection -> {
          if (asked.appId() == null) {
            return Optional.of(pageOfAll(connection, projection, asked));
          }
          PageRequest request = withLanes(connection, asked);
          List<Long> jobs =
              SqlStatement.of(connection, LIVE_OR_DELETED_JOBS)
                  .with(request.appId())
                  .withText(request.filter().job())
                  .with(MAX_PROBES + 1)
                  .list(row -> row.getLong("id"));
          if (jobs.isEmpty() && request.filter().job() != null) {
            return Optional.empty();
          }
          return Optional.of(
              jobs.size() > MAX_PROBES
                  ? pageOfManyJobs(connection, projection, request)
                  : pagePerJob(connection, projection, request, request.rows(jobs.size()), jobs)
                      .rows());
        });
  }

  private static PageRequest withLanes(Connection connection, PageRequest request)
      throws SQLException {
    WaitingFor wanted = request.filter().waitingFor();
    if (wanted == null || !wanted.isOfLane()) {
      return request;
    }
    List<Integer> ready =
        SqlStatement.of(connection, READY_LANES)
            .with(request.appId())
            .with(request.appId())
            .with(MAX_LANES)
            .list(row -> row.getInt("id"));
    List<Integer> waiting =
        readyButWaiting(connection, ready).entrySet().stream()
            .filter(lane -> lane.getValue() == wanted)
            .map(Map.Entry::getKey)
            .toList();
    return request.withLanes(waiting, fullLane(connection, request.appId()).orElse(null));
  }

  /** Returns the lane of the app's parents, if it is full. */
  public Optional<Integer> fullLane(int app) {
    return database.read(connection -> fullLane(connection, app));
  }

  private static Optional<Integer> fullLane(Connection connection, int app) throws SQLException {
    return SqlStatement.of(connection, FULL_LANE_OF).with(app).first(row -> row.getInt("id"));
  }

  /** Returns those lanes of parents that are full. */
  Set<Integer> fullLanes(Collection<Integer> lanes) {
    return lanes.isEmpty()
        ? Set.of()
        : Set.copyOf(
            database.read(
                connection ->
                    SqlStatement.of(connection, FULL_LANES)
                        .ints(lanes)
                        .list(row -> row.getInt("id"))));
  }

  /** Returns the error for a job that the app never had. */
  ProblemException neverExisted(int appId, String job) {
    return database.read(connection -> JobNameStore.neverExisted(connection, appId, job));
  }

  private static <R> Rows<R> pageOfManyJobs(
      Connection connection, Projection<R> projection, PageRequest request) throws SQLException {
    Part<R> part = pageBack(connection, projection, request);
    List<R> rows = new ArrayList<>(part.rows().rows());
    Long next = part.rows().next();
    if (part.isFull() || next == null) {
      return part.rows();
    }
    InstanceFilter filter = request.filter();
    List<Long> jobs =
        SqlStatement.of(connection, ALL_JOBS)
            .with(request.appId())
            .withText(filter.job())
            .list(row -> row.getLong("id"));
    Duration longest = Duration.ofDays(Math.max(1, MAX_PROBES_OF_SPAN / jobs.size()));
    for (int n = 0; n < MAX_SPANS; n++) {
      int left = request.limit() - rows.size();
      ListSpanStore.Span span =
          filter.selectsEnded()
              ? ListSpanStore.before(connection, request.appId(), next, ends(request), longest)
              : ListSpanStore.EVERYTHING;
      PageRequest asked = request.within(span.from(), next, left);
      part = pagePerJob(connection, projection, asked, asked.rowsOfSpan(jobs.size()), jobs);
      rows.addAll(part.rows().rows());
      if (part.rows().next() != null || asked.from() == request.from()) {
        return new Rows<>(rows, part.rows().next());
      }
      next = asked.from();
      if (filter.examinesRows() && span.full()) {
        break;
      }
    }
    return new Rows<>(rows, next);
  }

  private static int ends(PageRequest request) {
    return request.filter().examinesRows()
        ? request.mostRows()
        : SCANNED_FOR_EACH * request.limit();
  }

  private static <R> Part<R> pagePerJob(
      Connection connection,
      Projection<R> projection,
      PageRequest request,
      int rows,
      List<Long> jobs)
      throws SQLException {
    SqlStatement sql = SqlStatement.of(connection, projection.perJob()).bigints(jobs);
    return read(bind(sql, request, rows).with(request.limit()), projection, request);
  }

  private static <R> Rows<R> pageOfAll(
      Connection connection, Projection<R> projection, PageRequest request) throws SQLException {
    String job = request.filter().job();
    int rows = job == null ? request.rows(1) : request.mostRows();
    SqlStatement sql = bind(SqlStatement.of(connection, projection.ofAll()), request, rows);
    return read(sql.withText(job).withText(job).with(request.limit()), projection, request).rows();
  }

  private static <R> Part<R> pageBack(
      Connection connection, Projection<R> projection, PageRequest request) throws SQLException {
    SqlStatement sql =
        bind(SqlStatement.of(connection, projection.back()), request, request.rowsBack());
    return read(sql.with(request.appId()).with(request.limit()), projection, request);
  }

  private static SqlStatement bind(SqlStatement sql, PageRequest request, int rows) {
    InstanceFilter filter = request.filter();
    long end = filter.endId(request.before());
    return sql.with(end)
        .with(request.from())
        .with(filter.selectsActive() ? rows : 0)
        .with(end)
        .with(request.from())
        .with(filter.selectsEnded() ? rows : 0)
        .with(rows)
        .nullableInts(filter.stateCodes())
        .withText(filter.error())
        .withText(filter.worker())
        .nullableTexts(filter.originNames())
        .withText(filter.waitingFor() == null ? null : filter.waitingFor().name())
        .ints(request.lanes())
        .withInt(request.fullLane());
  }

  /**
   * @param isFull true if the page is full, so that nothing may be added
   */
  private record Part<R>(Rows<R> rows, boolean isFull) {}

  private static <R> Part<R> read(SqlStatement sql, Projection<R> projection, PageRequest request)
      throws SQLException {
    List<R> rows = new ArrayList<>();
    long[] horizon = new long[1];
    long[] last = new long[1];
    long[] found = new long[1];
    sql.list(
        row -> {
          horizon[0] = row.getLong("horizon");
          if (SqlStatement.nullableLong(row, "id") != null) {
            rows.add(projection.reader().read(row));
            last[0] = row.getLong("id");
            found[0] = row.getLong("found");
          }
          return null;
        });
    if (rows.size() == request.limit() || rows.size() < found[0]) {
      return new Part<>(new Rows<>(rows, last[0]), true);
    }
    return new Part<>(new Rows<>(rows, horizon[0] == 0 ? null : Long.valueOf(horizon[0])), false);
  }

  private static FailedInstance failed(ResultSet row) throws SQLException {
    return new FailedInstance(
        row.getLong("id"),
        row.getLong("job_id"),
        InstanceState.ofCode(row.getInt("state")),
        SqlStatement.instant(row, "ended_at"),
        row.getString("error"),
        row.getString("reason"));
  }

  /** Returns the attempts between this number and the last one, oldest first. */
  PageRows<AttemptView> earlierAttempts(long instance, int after, int limit) {
    return database.read(
        connection ->
            PageRows.read(
                SqlStatement.of(connection, ATTEMPTS).with(instance).with(after).with(limit),
                InstanceStore::earlierAttempt));
  }

  private static AttemptView earlierAttempt(ResultSet row) throws SQLException {
    return new AttemptView(
        row.getInt("attempt"),
        AttemptEnd.ofCode(row.getInt("state")).name(),
        row.getString("worker"),
        SqlStatement.instant(row, "started_at"),
        SqlStatement.instant(row, "ended_at"),
        SqlStatement.nullableLong(row, "run_millis"),
        row.getString("error"));
  }

  /** Returns those of these instances that wait. */
  List<InstanceRow> waiting(Collection<Long> ids) {
    return ids.isEmpty()
        ? List.of()
        : database.read(
            connection ->
                SqlStatement.of(connection, WAITING).bigints(ids).list(InstanceRow::read));
  }

  /**
   * Returns, for each job that is paused itself or by its app, the reason {@code PAUSED} or {@code
   * APP_PAUSED}.
   */
  Map<Long, WaitingFor> pauses(Collection<Long> jobs) {
    Map<Long, WaitingFor> pauses = new HashMap<>();
    if (!jobs.isEmpty()) {
      database.read(
          connection ->
              SqlStatement.of(connection, PAUSED)
                  .bigints(jobs)
                  .list(row -> pauses.put(row.getLong("id"), pause(row))));
    }
    return pauses;
  }

  /** Reads {@link #PAUSE} from the column {@code pause}. */
  public static WaitingFor pause(ResultSet row) throws SQLException {
    String pause = row.getString("pause");
    return pause == null ? null : WaitingFor.valueOf(pause);
  }

  /**
   * Returns, for each lane, the reason why its ready instances do not run. For the lane of parents,
   * that is the one of flows, and of the others while it is full.
   */
  public Map<Integer, WaitingFor> readyButWaiting(Collection<Integer> lanes) {
    return lanes.isEmpty()
        ? new HashMap<>()
        : database.read(connection -> readyButWaiting(connection, lanes));
  }

  private static Map<Integer, WaitingFor> readyButWaiting(
      Connection connection, Collection<Integer> lanes) throws SQLException {
    Map<Integer, WaitingFor> reasons = new HashMap<>();
    SqlStatement.of(connection, MATCHING_WORKERS)
        .ints(lanes)
        .ints(lanes)
        .list(row -> reasons.put(row.getInt("id"), reason(row)));
    return reasons;
  }

  /** Returns the missing processor or tags of each lane without a matching worker. */
  Map<Integer, MissingView> missing(Collection<Integer> lanes) {
    Map<Integer, MissingView> missing = new HashMap<>();
    if (!lanes.isEmpty()) {
      database.read(
          connection ->
              SqlStatement.of(connection, MISSING)
                  .ints(lanes)
                  .ints(lanes)
                  .list(row -> missing.put(row.getInt("id"), missing(row))));
    }
    return missing;
  }

  private static MissingView missing(ResultSet row) throws SQLException {
    if (!row.getBoolean("offered")) {
      return new MissingView(row.getString("processor"), List.of());
    }
    List<String> tags = SqlStatement.list(row, "missing_tags", String.class);
    // Workers have every tag, but no worker has all of them.
    return new MissingView(
        null, tags.isEmpty() ? SqlStatement.list(row, "tags", String.class) : tags);
  }

  private static WaitingFor reason(ResultSet row) throws SQLException {
    if (row.getBoolean("of_parents")) {
      return row.getBoolean("full") ? WaitingFor.PARENT_LIMIT : WaitingFor.DISPATCH;
    }
    if (!row.getBoolean("any_worker")) {
      return WaitingFor.NO_WORKER;
    }
    if (!row.getBoolean("matching")) {
      return WaitingFor.NO_MATCHING_WORKER;
    }
    return row.getBoolean("has_room") ? WaitingFor.DISPATCH : WaitingFor.CAPACITY;
  }
}
