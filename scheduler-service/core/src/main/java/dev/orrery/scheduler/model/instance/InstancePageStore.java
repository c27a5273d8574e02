package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.PageBytes;
import dev.orrery.scheduler.model.instance.ListShareStore.Shares;
import dev.orrery.scheduler.model.job.JobLabelStore;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Reads pages of instances. One statement, and so one snapshot, reads the active instances and the
 * history: an instance that ends during the query appears exactly once.
 */
@ApplicationScoped
public class InstancePageStore {
  /**
   * The maximum number of rows that one call examines for a filter. A page may therefore be short.
   */
  private static final int MAX_ROWS_READ = 10_000;

  /** The maximum if errors or parameters of the rows are searched; an error has up to 4 KiB. */
  private static final int MAX_TEXTS_READ = 4_000;

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

  /** The maximum number of statements that one call repeats. */
  private static final int MAX_SPANS = 4;

  /** A call that has examined all but one in this number of its rows does not read again. */
  private static final int NEARLY_ALL = 50;

  /** The maximum number of ended rows of a job in a span. */
  private static final int MAX_ENDED_OF_JOB = 1_000;

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
      select x.*, jobs.job_id
      from unnest(?::bigint[], ?::integer[], ?::integer[]) as jobs(job_id, active, ended)
      cross join lateral (
        (select %s, row_number() over (order by i.job_id desc, i.id desc) = jobs.active as is_last
         from instance i
         where i.job_id between jobs.job_id and jobs.job_id
           and (i.job_id, i.id) < (jobs.job_id, ?::bigint)
           and (i.job_id, i.id) >= (jobs.job_id, ?::bigint) and i.part is null
         order by i.job_id desc, i.id desc limit jobs.active)
        union all
        (select %s, row_number() over (order by h.job_id desc, h.id desc) = jobs.ended as is_last
         from (select ?::bigint as below, ?::bigint as first) span cross join instance_history h
         where h.job_id between jobs.job_id and jobs.job_id
           and (h.job_id, h.id) < (jobs.job_id, span.below) and h.id < span.below
           and (h.job_id, h.id) >= (jobs.job_id, span.first) and h.id >= span.first
         order by h.job_id desc, h.id desc limit jobs.ended)
      ) x
      """
          .formatted(InstanceRow.HOT_COLUMNS, InstanceRow.HISTORY_COLUMNS);

  private static final String READ_BACK =
      """
      select x.* from (select ?::integer as active, ?::integer as ended) most
      cross join lateral (
        (select %s, row_number() over (order by i.id desc) = most.active as is_last, i.job_id
         from instance i
         where i.id < ? and i.id >= ? and i.part is null order by i.id desc limit most.active)
        union all
        (select %s, row_number() over (order by h.id desc) = most.ended as is_last, h.job_id
         from instance_history h
         where h.id < ? and h.id >= ? order by h.id desc limit most.ended)
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
      horizon as materialized (
        select cut.horizon, (select count(*) from candidates c where c.id >= cut.horizon) as examined
        from (select coalesce(max(id) filter (where is_last), 0) as horizon from candidates) cut),
      wanted as materialized (
        select ?::integer[] as states, ?::text as error, ?::text as worker,
          ?::text[] as origins, ?::text[] as names, ?::text[] as texts, ?::text as waiting,
          ?::integer[] as lanes, ?::integer as full_lane)
      select horizon.horizon, horizon.examined, %s
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
          and (wanted.names is null or not exists (
            select from unnest(wanted.names, wanted.texts) as given(name, value)
            where c.parameters ->> given.name is distinct from given.value))
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
          .replace("{pause}", WaitingReasonStore.PAUSE)
          .replace("{lane}", ParentLane.waitingLane("c", "wanted.full_lane"))
          .transform(StateCode::resolve);

  /** Probes of each row: a join would compare it with each labelled job of the app. */
  private static final String WITH_LABELS =
      """
      and (?::text[] is null or not exists (
        select from unnest(?::text[], ?::text[]) as label(name, value)
        where (select l.value from job_label l
          where l.job_id = c.job_id and l.name = label.name limit 1) is distinct from label.value))""";

  private static final String OF_APP =
      "and c.job_id in (select j.id from job j where j.app_id = ?)\n" + WITH_LABELS;

  /** Selects from the instances of all apps; the name of a job is a lookup for each row. */
  private static final String OF_ALL =
      """
      and (?::text is null or ?::text = (
        select j.name from job j where j.id = c.job_id limit 1))
      """
          + WITH_LABELS;

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
          InstancePageStore::failed,
          page -> page);

  private final EngineDatabase database;

  InstancePageStore(EngineDatabase database) {
    this.database = database;
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

    private int rows(int jobs) {
      return filter.examinesRows() ? Math.max(limit, mostRows() / Math.max(1, jobs)) : limit;
    }

    private Shares equalShares(List<Long> jobs, int active, int ended) {
      return Shares.equal(
          jobs, filter.selectsActive() ? active : 0, filter.selectsEnded() ? ended : 0);
    }

    /** The rows of all apps to scan for one with many jobs. */
    private int rowsBack() {
      return filter.examinesRows() ? mostRows() : Math.min(mostRows(), SCANNED_FOR_EACH * limit);
    }

    private Shares sharesOfSpan(List<Long> jobs) {
      return equalShares(jobs, rows(jobs.size()), Math.max(limit, MAX_ENDED_OF_JOB));
    }

    private int mostRows() {
      return filter.examinesTexts() ? MAX_TEXTS_READ : MAX_ROWS_READ;
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
          List<Long> jobs = selectedJobs(connection, request, MAX_PROBES + 1);
          if (jobs.isEmpty() && !hasJob(connection, request)) {
            return Optional.empty();
          }
          return Optional.of(
              jobs.size() > MAX_PROBES
                  ? pageOfManyJobs(connection, projection, request)
                  : pageOfFewJobs(connection, projection, request, jobs));
        });
  }

  /** Returns false if the filter names a job that the app never had. */
  private static boolean hasJob(Connection connection, PageRequest request) throws SQLException {
    return request.filter().job() == null || !jobs(connection, request, 1).isEmpty();
  }

  private static List<Long> selectedJobs(Connection connection, PageRequest request, int limit)
      throws SQLException {
    InstanceFilter filter = request.filter();
    return filter.labels() == null
        ? jobs(connection, request, limit)
        : JobLabelStore.labelled(connection, request.appId(), filter.labels(), filter.job(), limit);
  }

  /** Returns jobs of the app, deleted ones too, at most the limit. */
  private static List<Long> jobs(Connection connection, PageRequest request, int limit)
      throws SQLException {
    return SqlStatement.of(connection, LIVE_OR_DELETED_JOBS)
        .with(request.appId())
        .withText(request.filter().job())
        .with(limit)
        .list(row -> row.getLong("id"));
  }

  private static PageRequest withLanes(Connection connection, PageRequest request)
      throws SQLException {
    WaitingFor wanted = request.filter().waitingFor();
    if (wanted == null || !wanted.isOfLane()) {
      return request;
    }
    List<Integer> ready = WaitingReasonStore.readyLanes(connection, request.appId());
    List<Integer> waiting =
        WaitingReasonStore.readyButWaiting(connection, ready).entrySet().stream()
            .filter(lane -> lane.getValue() == wanted)
            .map(Map.Entry::getKey)
            .toList();
    return request.withLanes(
        waiting, WaitingReasonStore.fullLane(connection, request.appId()).orElse(null));
  }

  /** Returns the error for a job that the app never had. */
  ProblemException neverExisted(int appId, String job) {
    return database.read(connection -> JobNameStore.neverExisted(connection, appId, job));
  }

  /** Repeats the read below its horizon until the call has examined its rows. */
  private static <R> Rows<R> pageOfFewJobs(
      Connection connection, Projection<R> projection, PageRequest request, List<Long> jobs)
      throws SQLException {
    InstanceFilter filter = request.filter();
    if (!filter.examinesRows() || jobs.size() < 2) {
      int rows = request.rows(jobs.size());
      return pagePerJob(connection, projection, request, request.equalShares(jobs, rows, rows))
          .rows();
    }
    List<R> rows = new ArrayList<>();
    long before = filter.endId(request.before());
    long left = request.mostRows();
    Part<R> part = null;
    for (int n = 0; n < MAX_SPANS && left > request.mostRows() / NEARLY_ALL; n++) {
      Shares shares =
          ListShareStore.of(connection, jobs, request.from(), before, filter, (int) left);
      PageRequest asked = request.within(request.from(), before, request.limit() - rows.size());
      part = pagePerJob(connection, projection, asked, shares);
      rows.addAll(part.rows().rows());
      if (part.isFull() || part.rows().next() == null) {
        break;
      }
      before = part.rows().next();
      left -= part.examined();
    }
    return new Rows<>(rows, part.rows().next());
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
    List<Long> jobs = selectedJobs(connection, request, Integer.MAX_VALUE);
    Duration longest = Duration.ofDays(Math.max(1, MAX_PROBES_OF_SPAN / Math.max(1, jobs.size())));
    long left = ends(request);
    for (int n = 0; n < MAX_SPANS && left > 0; n++) {
      long from =
          filter.selectsEnded()
              ? ListSpanStore.before(connection, request.appId(), next, ends(request), longest)
              : ListSpanStore.EVERYTHING;
      PageRequest asked = request.within(from, next, request.limit() - rows.size());
      part = pagePerJob(connection, projection, asked, asked.sharesOfSpan(jobs));
      rows.addAll(part.rows().rows());
      if (part.isFull() || (part.rows().next() == null && asked.from() == request.from())) {
        return new Rows<>(rows, part.rows().next());
      }
      next = part.rows().next() == null ? Long.valueOf(asked.from()) : part.rows().next();
      left -= filter.examinesRows() ? part.examined() : 0;
    }
    return new Rows<>(rows, next);
  }

  private static int ends(PageRequest request) {
    return request.filter().examinesRows()
        ? request.mostRows()
        : SCANNED_FOR_EACH * request.limit();
  }

  private static <R> Part<R> pagePerJob(
      Connection connection, Projection<R> projection, PageRequest request, Shares shares)
      throws SQLException {
    SqlStatement sql =
        SqlStatement.of(connection, projection.perJob())
            .bigints(shares.jobs())
            .ints(shares.active())
            .ints(shares.ended());
    return read(bind(sql, request).with(request.limit()), projection, request);
  }

  private static <R> Rows<R> pageOfAll(
      Connection connection, Projection<R> projection, PageRequest request) throws SQLException {
    InstanceFilter filter = request.filter();
    String job = filter.job();
    int rows = job == null && filter.labels() == null ? request.rows(1) : request.mostRows();
    SqlStatement sql = bindBack(SqlStatement.of(connection, projection.ofAll()), request, rows);
    return read(
            withLabels(sql.withText(job).withText(job), filter).with(request.limit()),
            projection,
            request)
        .rows();
  }

  private static SqlStatement withLabels(SqlStatement sql, InstanceFilter filter)
      throws SQLException {
    return sql.nullableTexts(filter.labelNames())
        .nullableTexts(filter.labelNames())
        .nullableTexts(filter.labelValues());
  }

  private static <R> Part<R> pageBack(
      Connection connection, Projection<R> projection, PageRequest request) throws SQLException {
    SqlStatement sql =
        bindBack(SqlStatement.of(connection, projection.back()), request, request.rowsBack());
    return read(
        withLabels(sql.with(request.appId()), request.filter()).with(request.limit()),
        projection,
        request);
  }

  private static SqlStatement bindBack(SqlStatement sql, PageRequest request, int rows) {
    InstanceFilter filter = request.filter();
    return bind(
        sql.with(filter.selectsActive() ? rows : 0).with(filter.selectsEnded() ? rows : 0),
        request);
  }

  private static SqlStatement bind(SqlStatement sql, PageRequest request) {
    InstanceFilter filter = request.filter();
    long end = filter.endId(request.before());
    return sql.with(end)
        .with(request.from())
        .with(end)
        .with(request.from())
        .nullableInts(filter.stateCodes())
        .withText(filter.error())
        .withText(filter.worker())
        .nullableTexts(filter.originNames())
        .nullableTexts(filter.parameterNames())
        .nullableTexts(filter.parameterValues())
        .withText(filter.waitingFor() == null ? null : filter.waitingFor().name())
        .ints(request.lanes())
        .withInt(request.fullLane());
  }

  /**
   * @param isFull true if the page is full, so that nothing may be added
   * @param examined the number of rows at or above the end of the part
   */
  private record Part<R>(Rows<R> rows, boolean isFull, long examined) {}

  private static <R> Part<R> read(SqlStatement sql, Projection<R> projection, PageRequest request)
      throws SQLException {
    List<R> rows = new ArrayList<>();
    long[] horizon = new long[1];
    long[] last = new long[1];
    long[] found = new long[1];
    long[] examined = new long[1];
    sql.list(
        row -> {
          horizon[0] = row.getLong("horizon");
          examined[0] = row.getLong("examined");
          if (SqlStatement.nullableLong(row, "id") != null) {
            rows.add(projection.reader().read(row));
            last[0] = row.getLong("id");
            found[0] = row.getLong("found");
          }
          return null;
        });
    if (rows.size() == request.limit() || rows.size() < found[0]) {
      return new Part<>(new Rows<>(rows, last[0]), true, examined[0]);
    }
    Long next = horizon[0] == 0 ? null : Long.valueOf(horizon[0]);
    return new Part<>(new Rows<>(rows, next), false, examined[0]);
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
}
