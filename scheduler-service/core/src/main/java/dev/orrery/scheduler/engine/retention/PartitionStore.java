package dev.orrery.scheduler.engine.retention;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/**
 * Creates, lists and drops the partitions of tables that are partitioned by the day on which an
 * instance was created. An id contains its creation time, so a day is a range of ids.
 *
 * <p>Table names cannot be statement parameters; they are built only from a fixed list and a date.
 */
@ApplicationScoped
public class PartitionStore {
  private static final Logger LOG = Logger.getLogger(PartitionStore.class);

  private static final String TODAY =
      "select (statement_timestamp() at time zone 'UTC')::date::text as today";

  private static final String EXISTING =
      """
      select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = ?::regclass and c.relname ~ '_[0-9]{8}$'
      order by c.relname
      """;

  /** Keeps replicas that start together from creating the same partitions. */
  private static final String LOCK =
      "select pg_advisory_xact_lock(hashtext('orrery'), hashtext('partition'))";

  /** The maximum wait for another replica that creates partitions. */
  private static final String WAIT_FOR_REPLICAS = "set local lock_timeout = '10s'";

  /**
   * A reader of a whole table, such as pg_dump, may hold its lock for hours. A transaction that
   * waits for a stronger lock blocks all later ones, so each try waits no longer than this.
   */
  private static final String WAIT_FOR_READERS = "set local lock_timeout = '200ms'";

  /** Bounds the scan of the default partition for rows of the day, which keeps it locked. */
  private static final String LOOK = "set local statement_timeout = '2s'";

  /**
   * Creates the partition separately and then attaches it, which leaves the parent open for
   * inserts; {@code partition of} would lock the parent exclusively.
   */
  private static final String CREATE = "create table %1$s (like %2$s including all)";

  private static final String ATTACH =
      "alter table %2$s attach partition %1$s for values from (%3$d) to (%4$d)";

  private static final String ID_AT =
      "select instance_id_at(?::date::timestamp at time zone 'UTC') as id";

  private static final String ACTIVE =
      "select exists (select from instance where id >= ? and id < ?) as active";

  /**
   * Asks for a kept parent of the parts of one day, whose partition replaces {@code part_history}.
   * A parent has its row in {@code parent_instance} until its history is deleted. Reads only
   * parents from the oldest one of these parts on, of which almost always the first one is kept, or
   * none. The limits keep the planner from reading all parts.
   */
  private static final String KEPT_PARENT =
      """
      select exists (
        select from parent_instance k
        where k.instance_id < ? and k.instance_id >= (
            select p.parent_id from part_history p where p.parent_id < ?
            order by p.parent_id limit 1)
          and (select p.id from part_history p where p.parent_id = k.instance_id limit 1) is not null
      ) as kept
      """;

  /** Finds the oldest one. Reads only active instances that are older than the retention. */
  private static final String WAITING_PARENT =
      """
      with waiting as materialized (
        select min(i.id) as id from instance i
        where i.state = :AWAITING and i.id < ? and (
          select p.id from part_history p where p.parent_id = i.id and p.id < ? limit 1) is not null
      )
      select waiting.id, named.app, named.job from waiting
      cross join lateral (select i.job_id from instance i where i.id = waiting.id limit 1) i
      cross join lateral (
        select a.name as app, j.name as job from job j join app a on a.id = j.app_id
        where j.id = i.job_id limit 1) named
      """
          .transform(StateCode::resolve);

  /**
   * Reads in steps along the primary key: the end times have no index, and one statement over a
   * large day would exceed the time-out of the connection.
   */
  private static final String ENDS =
      """
      select count(*)::integer as read, max(id) as last,
        coalesce(max(ended_at) < statement_timestamp() - ? * interval '1 second', true) as old
      from (select id, ended_at from %s where id > ? order by id limit ?) step
      """;

  private final EngineDatabase database;

  PartitionStore(EngineDatabase database) {
    this.database = database;
  }

  /** The tables that are partitioned by the day of an instance's creation. */
  public enum Partitioned {
    INSTANCE_HISTORY("instance_history"),
    PARENT_INSTANCE("parent_instance"),
    FLOW_NODE("flow_node"),
    PART_HISTORY("part_history"),
    ATTEMPT("attempt"),
    LOG_CHUNK("log_chunk");

    private final String table;

    Partitioned(String table) {
      this.table = table;
    }

    public String table() {
      return table;
    }

    public String partition(LocalDate day) {
      return table + "_" + DateTimeFormatter.BASIC_ISO_DATE.format(day);
    }

    private LocalDate day(String partition) {
      return LocalDate.parse(
          partition.substring(table.length() + 1), DateTimeFormatter.BASIC_ISO_DATE);
    }
  }

  /** Returns the date in UTC, by the database's clock. */
  public LocalDate today() {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, TODAY)
                .first(row -> LocalDate.parse(row.getString("today")))
                .orElseThrow());
  }

  /** Returns the days that have a partition, oldest first. */
  public List<LocalDate> days(Partitioned table) {
    return database.autocommit(connection -> days(connection, table));
  }

  private static List<LocalDate> days(Connection connection, Partitioned table)
      throws SQLException {
    return SqlStatement.of(connection, EXISTING)
        .withText(table.table)
        .list(row -> table.day(row.getString("relname")));
  }

  /**
   * Creates the partition of a day unless it exists; fails if the default partition has rows of
   * that day.
   *
   * @throws dev.orrery.scheduler.base.database.DatabaseException also if a reader of the table
   *     holds its lock; nothing was created then
   */
  public void create(Partitioned table, LocalDate day) {
    database.transaction(
        connection -> {
          SqlStatement.of(connection, WAIT_FOR_REPLICAS).update();
          SqlStatement.of(connection, LOCK).list(row -> null);
          if (days(connection, table).contains(day)) {
            return null;
          }
          SqlStatement.of(connection, WAIT_FOR_READERS).update();
          SqlStatement.of(connection, LOOK).update();
          long from = idAt(connection, day);
          long to = idAt(connection, day.plusDays(1));
          for (String step : List.of(CREATE, ATTACH)) {
            SqlStatement.of(connection, step.formatted(table.partition(day), table.table, from, to))
                .update();
          }
          return null;
        });
  }

  private static long idAt(Connection connection, LocalDate day) throws SQLException {
    return SqlStatement.of(connection, ID_AT)
        .withText(day.toString())
        .first(row -> row.getLong("id"))
        .orElseThrow();
  }

  /**
   * The result of one step through the history of a day.
   *
   * @param rows number of rows that were read
   * @param last id of the last row; empty if there is none
   * @param old true if all of these instances ended longer ago than the age
   */
  record Ends(int rows, OptionalLong last, boolean old) {}

  /** Reads the next end times of a day in the order of the ids, at most {@code limit}. */
  Ends endsAfter(LocalDate day, long id, int limit, Duration age) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, ENDS.formatted(Partitioned.INSTANCE_HISTORY.partition(day)))
                .with(age.toSeconds())
                .with(id)
                .with(limit)
                .first(
                    row -> {
                      int rows = row.getInt("read");
                      return new Ends(
                          rows,
                          rows == 0 ? OptionalLong.empty() : OptionalLong.of(row.getLong("last")),
                          row.getBoolean("old"));
                    })
                .orElseThrow());
  }

  /**
   * Returns true while an instance of that day is active. False is final, because a retry gets a
   * new id.
   */
  boolean hasActive(LocalDate day) {
    return database.autocommit(connection -> hasActive(connection, day));
  }

  private static boolean hasActive(Connection connection, LocalDate day) throws SQLException {
    return SqlStatement.of(connection, ACTIVE)
        .with(idAt(connection, day))
        .with(idAt(connection, day.plusDays(1)))
        .first(row -> row.getBoolean("active"))
        .orElseThrow();
  }

  /**
   * Returns true while the parent of an ended part of that day is kept. Once no instance of the day
   * is active, false is final.
   */
  boolean hasPartsOfKeptParents(LocalDate day) {
    String statement =
        KEPT_PARENT.replace(
            Partitioned.PART_HISTORY.table, Partitioned.PART_HISTORY.partition(day));
    return database.autocommit(
        connection -> {
          long end = idAt(connection, day.plusDays(1));
          return SqlStatement.of(connection, statement)
              .with(end)
              .with(end)
              .first(row -> row.getBoolean("kept"))
              .orElseThrow();
        });
  }

  /** A parent that waits for its parts. */
  record WaitingParent(long id, String app, String job) {}

  /** Returns the oldest waiting parent that has ended parts of days before this one. */
  Optional<WaitingParent> waitingParentOfPartsBefore(LocalDate day) {
    return database.autocommit(
        connection -> {
          long bound = idAt(connection, day);
          return SqlStatement.of(connection, WAITING_PARENT)
              .with(bound)
              .with(bound)
              .first(
                  row ->
                      new WaitingParent(
                          row.getLong("id"), row.getString("app"), row.getString("job")));
        });
  }

  /**
   * Drops the partition of a day, if it exists.
   *
   * @throws dev.orrery.scheduler.base.database.DatabaseException also if a reader of the table
   *     holds its lock; nothing was dropped then
   */
  public void drop(Partitioned table, LocalDate day) {
    database.transaction(
        connection -> {
          SqlStatement.of(connection, WAIT_FOR_READERS).update();
          return SqlStatement.of(connection, "drop table if exists " + table.partition(day))
              .update();
        });
    LOG.infof(
        "Dropped a partition that is older than its retention: partition=%s", table.partition(day));
  }
}
