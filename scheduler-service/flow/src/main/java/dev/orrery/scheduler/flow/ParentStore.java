package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.engine.completion.AttemptCompletionStore;
import dev.orrery.scheduler.flow.FlowStore.StoredFlow;
import dev.orrery.scheduler.flow.ParentDecision.ParentState;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceId;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.JobVersionKey;
import dev.orrery.scheduler.model.job.ParentLane;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The statements that advance parents. Parts are inserted, and an awaiting parent ends, only while
 * the row of the parent is locked. No statement locks a parent and a part together.
 */
final class ParentStore {
  /**
   * Waits for the locks, because their holder may not have seen the end that caused this
   * reconciliation. The condition on the triggers is always true; it makes the server lock them
   * first. Locks both rows of a parent, because after a wait the server reads only locked rows
   * again.
   */
  private static final String LOCK_AWAITING =
      """
      with locked_trigger as materialized (
        {triggers}), asked as materialized (
        select id from unnest(?::bigint[]) as a(id)
        where (select count(*) from locked_trigger) >= 0
        order by id
      )
      select i.*, p.*, j.*, coalesce(p.stopped_at, i.stops_at) as ends_at
      from asked cross join lateral (
        select i.id, i.job_id, i.drives_fixed_delay, i.limited,
          i.cancel_requested_at is not null as cancel_requested, i.cancel_reason, i.job_version_id,
          {created}, i.parameters, i.fire_time,
          coalesce(i.deadline_at <= statement_timestamp(), false) as overdue,
          least(i.cancel_requested_at, i.deadline_at) as stops_at, statement_timestamp() as now
        from instance i
        where i.id = asked.id and i.state::integer = :AWAITING
        limit 1
        for update
      ) i cross join lateral (
        select p.flow, p.total, p.ending, p.ends_at as stopped_at, p.ends_now, p.depth
        from parent_instance p
        where p.instance_id = i.id
        limit 1
        for update
      ) p cross join lateral (
        select j.app_id, j.paused or a.paused as paused
        from job j join app a on a.id = j.app_id
        where j.id = i.job_id
        limit 1
      ) j
      """
          .replace("{triggers}", AttemptCompletionStore.LOCK_TRIGGERS)
          .replace("{created}", JobVersionKey.createdOf("i.job_version_id"))
          .transform(StateCode::resolve);

  /**
   * A statement of its own after the locks, so that it sees all parts and ends that others
   * committed before. The limits bound the rows that it reads. Many failures are counted only if
   * asked for, or while at most half of the parallelism is in use.
   */
  private static final String STATES =
      """
      with lane_of_parents as materialized (
        select l.lane_id, (
          select count(*) from (
            select a.id, a.job_id from instance a
            where a.lane_id = l.lane_id and a.state = :AWAITING and a.cancel_requested_at is null
            limit {awaiting}) a
          cross join lateral (
            select from parent_instance q
            where q.instance_id = a.id and q.made < q.total and q.ending is null and not q.flow
            limit 1) q
          cross join lateral (select from job j where j.id = a.job_id and not j.paused limit 1) j
        ) as sharing
        from (select distinct i.lane_id from instance i where i.id = any(?)) l
      )
      select p.instance_id, p.total, p.made, p.parallelism, p.tolerated, p.ending,
        (select j.paused or a.paused from job j join app a on a.id = j.app_id
          where j.id = i.job_id) as paused,
        c.active, c.waiting, l.sharing,
        case when c.active <= p.parallelism / 2 or p.tolerated < {few} or ? then (
          select count(*) from (
            select from part_history h
            where h.parent_id = p.instance_id and h.state <> :SUCCEEDED
            limit p.tolerated + 1) few) else 0 end as failed
      from unnest(?::bigint[]) as asked(id)
      cross join lateral (select * from parent_instance p where p.instance_id = asked.id limit 1) p
      cross join lateral (select i.job_id, i.lane_id from instance i where i.id = asked.id limit 1) i
      join lane_of_parents l on l.lane_id = i.lane_id
      cross join lateral (
        select count(*) as active, count(*) filter (where part.state = :READY) as waiting
        from (
          select c.state from instance c where c.parent_id = p.instance_id limit p.parallelism) part
      ) c
      """
          .replace("{few}", String.valueOf(ParentLimits.MAX_COUNTED_FAILURES))
          .replace("{awaiting}", String.valueOf(ParentLane.MAX_AWAITING))
          .transform(StateCode::resolve);

  private static final String MAKE =
      """
      with parent as materialized (
        select p.instance_id, p.made, more.count
        from unnest(?::bigint[], ?::integer[]) as more(id, count)
        join parent_instance p on p.instance_id = more.id
      ), counted as (
        update parent_instance p set made = parent.made + parent.count
        from parent where p.instance_id = parent.instance_id
      )
      insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at, parent_id,
        part)
      select %s, i.job_id, i.job_version_id, v.part_lane_id, :READY, i.priority,
        statement_timestamp(), i.id, parent.made + n
      from parent join instance i on i.id = parent.instance_id
      join job_version v on v.id = i.job_version_id
      cross join lateral generate_series(0, parent.count - 1) n
      returning lane_id
      """
          .formatted(InstanceId.NEW)
          .transform(StateCode::resolve);

  /**
   * Takes the deadline from flows that timed out: their last nodes may run for hours, and until
   * then the deadlines of attempts would wait behind theirs.
   */
  private static final String SET_ENDING =
      """
      with ending as (
        update parent_instance p set ending = e.state, ends_at = i.stops_at
        from unnest(?::bigint[], ?::integer[]) as e(id, state)
        cross join lateral (
          select least(i.cancel_requested_at, i.deadline_at) as stops_at
          from instance i where i.id = e.id limit 1) i
        where p.instance_id = e.id and p.ending is null
        returning p.instance_id
      )
      update instance i set deadline_at = null
      where i.id = any(array(select e.instance_id from ending e)) and i.deadline_at is not null
      """;

  /** Reads all parts of a parent, which only its end does. */
  private static final String COUNT_ENDED =
      """
      update parent_instance p set succeeded = ended.succeeded, failed = ended.failed
      from (
        select e.id, count(h.id) filter (where h.state = :SUCCEEDED) as succeeded,
          count(h.id) filter (where h.state <> :SUCCEEDED) as failed
        from unnest(?::bigint[]) as e(id) left join part_history h on h.parent_id = e.id
        group by e.id
      ) ended
      where p.instance_id = ended.id
      returning p.instance_id, p.total, p.tolerated, p.failed
      """
          .transform(StateCode::resolve);

  private static final String COMMIT_WITHOUT_WAIT = "set local synchronous_commit = off";

  /** Reads one entry of the index instance_awaiting for each lane. */
  private static final String AWAITING_LANES =
      """
      with recursive awaiting as (
        (select i.lane_id from instance i
          where i.state = :AWAITING and i.lane_id >= 0 order by i.lane_id limit 1)
        union all
        select i.lane_id from awaiting a cross join lateral (
          select i.lane_id from instance i
          where i.state = :AWAITING and i.lane_id > a.lane_id order by i.lane_id limit 1) i
      )
      select lane_id from awaiting
      """
          .transform(StateCode::resolve);

  /** The first parent of each lane comes before the second one of any. */
  private static final String AWAITING_AFTER =
      """
      select i.lane_id, i.id
      from unnest(?::integer[], ?::bigint[]) with ordinality as c(lane_id, id, n)
      cross join lateral (
        select i.lane_id, i.id, row_number() over (order by i.id) as turn from (
          select i.lane_id, i.id from instance i
          where i.state = :AWAITING and i.lane_id = c.lane_id and i.id > c.id
          order by i.id limit ?) i) i
      order by i.turn, c.n
      """
          .transform(StateCode::resolve);

  private static final String APPS =
      """
      select i.id, l.app_id from unnest(?::bigint[]) as asked(id)
      cross join lateral (select i.id, i.lane_id from instance i where i.id = asked.id limit 1) i
      cross join lateral (select l.app_id from lane l where l.id = i.lane_id limit 1) l
      """;

  /** A second cancel of a flow is also one of the flows in it. */
  private static final String STOPPABLE_PARTS =
      """
      select i.parent_id, i.id
      from unnest(?::bigint[], ?::boolean[], ?::boolean[]) as asked(id, has_parts, ends_now)
      cross join lateral (
        select i.parent_id, i.id from instance i
        where i.parent_id = asked.id and (asked.has_parts or i.id = any(?))
          and (i.state::integer not in (:RUNNING, :AWAITING) or i.cancel_requested_at is null
            or asked.ends_now and i.state::integer = :AWAITING and exists (
              select from parent_instance p
              where p.instance_id = i.id and p.flow and not p.ends_now))
        order by i.id
        limit ?) i
      """
          .transform(StateCode::resolve);

  private ParentStore() {}

  /**
   * A parent that awaits its parts or nodes, and whose row is locked.
   *
   * @param canceled the reason of the requested cancel; null if there was none
   * @param flow null if it has parts
   */
  record AwaitingParent(
      long id,
      int appId,
      long jobId,
      boolean drivesFixedDelay,
      boolean limited,
      EndReason canceled,
      StoredFlow flow) {
    boolean isFlow() {
      return flow != null;
    }

    /** Returns the reason of an end in this state; null if it needs none. */
    EndReason endReason(InstanceState state) {
      return switch (state) {
        case FAILED -> isFlow() ? EndReason.NODES_FAILED : EndReason.PARTS_FAILED;
        case CANCELED -> cancelReason();
        default -> null;
      };
    }

    /** Returns the reason for canceling what it waits for. */
    EndReason cancelReason() {
      return canceled == null ? EndReason.CANCELED : canceled;
    }

    private static AwaitingParent read(ResultSet row) throws SQLException {
      return new AwaitingParent(
          row.getLong("id"),
          row.getInt("app_id"),
          row.getLong("job_id"),
          row.getBoolean("drives_fixed_delay"),
          row.getBoolean("limited"),
          row.getBoolean("cancel_requested")
              ? EndReason.ofCancel(row.getString("cancel_reason"))
              : null,
          row.getBoolean("flow") ? StoredFlow.read(row) : null);
    }
  }

  /** The counts of the parts of a parent that ends. */
  record EndedParts(int total, int tolerated, int failed) {}

  /**
   * Locks the parents that await their parts or nodes, after the fixed-delay triggers that their
   * ends fire.
   *
   * @return in the given order, although the locks are taken in the order of the ids
   */
  static List<AwaitingParent> lockAwaiting(Connection connection, List<Long> ids)
      throws SQLException {
    Map<Long, AwaitingParent> parents = new HashMap<>();
    SqlStatement.of(connection, LOCK_AWAITING)
        .bigints(ids)
        .bigints(ids)
        .list(
            row -> {
              AwaitingParent parent = AwaitingParent.read(row);
              return parents.put(parent.id(), parent);
            });
    return ids.stream().map(parents::get).filter(Objects::nonNull).toList();
  }

  /**
   * Returns the states of parents with parts by id; the caller must hold the locks of their rows.
   *
   * @param countsFailures whether to count the failures of all of them
   */
  static Map<Long, ParentState> states(
      Connection connection, List<AwaitingParent> parents, boolean countsFailures)
      throws SQLException {
    if (parents.isEmpty()) {
      return Map.of();
    }
    Map<Long, Boolean> canceled = new HashMap<>();
    parents.forEach(parent -> canceled.put(parent.id(), parent.canceled() != null));
    Map<Long, ParentState> states = new HashMap<>();
    SqlStatement.of(connection, STATES)
        .bigints(canceled.keySet())
        .with(countsFailures)
        .bigints(canceled.keySet())
        .list(
            row -> {
              long id = row.getLong("instance_id");
              return states.put(id, state(row, canceled.get(id)));
            });
    return states;
  }

  private static ParentState state(ResultSet row, boolean canceled) throws SQLException {
    Integer ending = SqlStatement.nullableInt(row, "ending");
    return new ParentState(
        row.getInt("total"),
        row.getInt("made"),
        row.getInt("parallelism"),
        row.getInt("tolerated"),
        ending == null ? null : InstanceState.ofCode(ending),
        canceled,
        row.getBoolean("paused"),
        row.getInt("active"),
        row.getInt("waiting"),
        row.getInt("sharing"),
        row.getInt("failed"));
  }

  /**
   * Makes the next parts of parents whose rows the caller has locked.
   *
   * @param counts how many, by parent
   * @return the lanes of the parts
   */
  static List<Integer> make(Connection connection, Map<Long, Integer> counts) throws SQLException {
    if (counts.isEmpty()) {
      return List.of();
    }
    List<Long> ids = List.copyOf(counts.keySet());
    return SqlStatement.of(connection, MAKE)
        .bigints(ids)
        .ints(ids.stream().map(counts::get).toList())
        .list(row -> row.getInt("lane_id"))
        .stream()
        .distinct()
        .toList();
  }

  /** Records the states in which parents end after their active parts. */
  static void setEnding(Connection connection, Map<Long, InstanceState> endings)
      throws SQLException {
    if (!endings.isEmpty()) {
      List<Long> ids = List.copyOf(endings.keySet());
      SqlStatement.of(connection, SET_ENDING)
          .bigints(ids)
          .ints(ids.stream().map(id -> endings.get(id).code()).toList())
          .update();
    }
  }

  /** Stores the counts of parents that end; returns them by parent. */
  static Map<Long, EndedParts> countEnded(Connection connection, Collection<Long> parents)
      throws SQLException {
    Map<Long, EndedParts> counts = new HashMap<>();
    if (!parents.isEmpty()) {
      SqlStatement.of(connection, COUNT_ENDED)
          .bigints(parents)
          .list(
              row ->
                  counts.put(
                      row.getLong("instance_id"),
                      new EndedParts(
                          row.getInt("total"), row.getInt("tolerated"), row.getInt("failed"))));
    }
    return counts;
  }

  /**
   * Makes the commit of a reconciliation return before it is on disk. A crash of the server that
   * loses the commit also loses everything after it, and the next reconciliation decides the same.
   */
  static void commitWithoutWait(Connection connection) throws SQLException {
    SqlStatement.of(connection, COMMIT_WITHOUT_WAIT).update();
  }

  record Awaiting(int lane, long id) {}

  /** Returns the lanes with parents that await their parts or nodes; each is that of an app. */
  static List<Integer> awaitingLanes(Connection connection) throws SQLException {
    return SqlStatement.of(connection, AWAITING_LANES).list(row -> row.getInt("lane_id"));
  }

  /**
   * Returns parents that await their parts or nodes, lanes in turns.
   *
   * @param last of each lane
   * @param each how many of a lane
   */
  static List<Awaiting> awaitingAfter(Connection connection, List<Awaiting> last, int each)
      throws SQLException {
    return SqlStatement.of(connection, AWAITING_AFTER)
        .ints(last.stream().map(Awaiting::lane).toList())
        .bigints(last.stream().map(Awaiting::id).toList())
        .with(each)
        .list(row -> new Awaiting(row.getInt("lane_id"), row.getLong("id")));
  }

  /** Returns the apps of those parents that have not ended. */
  static Map<Long, Integer> apps(Connection connection, Collection<Long> parents)
      throws SQLException {
    Map<Long, Integer> apps = new HashMap<>();
    SqlStatement.of(connection, APPS)
        .bigints(parents)
        .list(row -> apps.put(row.getLong("id"), row.getInt("app_id")));
    return apps;
  }

  /** A part or node that a cancel would change. */
  record StoppablePart(long parent, long id) {}

  /**
   * Returns the oldest parts and nodes that a cancel would change.
   *
   * @param each how many of a parent
   */
  static List<StoppablePart> stoppableParts(Connection connection, List<Stop> stops, int each)
      throws SQLException {
    return SqlStatement.of(connection, STOPPABLE_PARTS)
        .bigints(stops.stream().map(Stop::parent).toList())
        .booleans(stops.stream().map(stop -> stop.nodes() == null).toList())
        .booleans(stops.stream().map(Stop::endsNow).toList())
        .bigints(
            stops.stream()
                .filter(stop -> stop.nodes() != null)
                .flatMap(stop -> stop.nodes().stream())
                .toList())
        .with(each)
        .list(row -> new StoppablePart(row.getLong("parent_id"), row.getLong("id")));
  }
}
