package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the sizes of the tables that grow with work. */
@ApplicationScoped
public class TableSizeStore {
  /** Those that grow with work; what people edit is small. */
  public static final List<String> TABLES =
      List.of(
          "instance",
          "instance_history",
          "parent_instance",
          "flow_node",
          "part_history",
          "attempt",
          "log_chunk",
          "progress",
          "idempotency",
          "worker_session",
          "webhook_delivery");

  /**
   * The size of a file needs a lock that waits behind DDL and VACUUM FULL, and behind all who wait
   * for those. The second bound is for a disk that does not answer.
   */
  private static final String BOUNDS =
      """
      select set_config('lock_timeout', '200ms', true), set_config('statement_timeout', '2s', true)
      """;

  /**
   * From the catalog and the sizes of files, so no table is read: one row of pg_class for each
   * table, partition, index and TOAST, some thousands with 30 days. The parent of partitions has no
   * file of its own, and its rows are those of its partitions; a partition that is dropped in the
   * meantime counts as zero. Days ahead are not among the days kept.
   */
  private static final String SIZES =
      """
      with relation as (
        select t.name, t.name::regclass::oid as id, false as is_partition
          from unnest(?::text[]) as t(name)
        union all
        select t.name, i.inhrelid, true
          from unnest(?::text[]) as t(name) join pg_inherits i on i.inhparent = t.name::regclass
      ), part as (
        select r.name, r.is_partition, %s as bytes,
            case when c.relkind <> 'p' and c.reltuples >= 0 then c.reltuples end as rows,
            to_date(substring(c.relname from '_([0-9]{8})$'), 'YYYYMMDD') as day
          from relation r join pg_class c on c.oid = r.id
      )
      select name, coalesce(sum(bytes), 0)::bigint as bytes,
        count(*) filter (where is_partition) as partitions,
        sum(rows)::bigint as rows,
        count(*) filter (where is_partition and day <= today) as days,
        (min(day) filter (where is_partition and day <= today))::text as oldest_day
      from part
        cross join (select (statement_timestamp() at time zone 'UTC')::date as today) clock
      group by name
      """;

  private static final String MEASURED = SIZES.formatted("pg_total_relation_size(c.oid)");

  /** Pages at the last VACUUM or ANALYZE: rows of the catalog, which no lock on a table covers. */
  private static final String ESTIMATED =
      SIZES.formatted(
          """
          current_setting('block_size')::bigint * (c.relpages
            + coalesce((select sum(x.relpages) from pg_index n join pg_class x on x.oid = n.indexrelid
                where n.indrelid = c.oid), 0)
            + coalesce((select t.relpages from pg_class t where t.oid = c.reltoastrelid), 0)
            + coalesce((select sum(x.relpages) from pg_index n join pg_class x on x.oid = n.indexrelid
                where n.indrelid = c.reltoastrelid), 0))
          """);

  private final EngineDatabase database;

  public TableSizeStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * The size of a table.
   *
   * @param bytes on the disk, with all partitions, indexes and TOAST
   * @param partitions 0 where it has none
   * @param rows estimated at the last VACUUM or ANALYZE of each partition; empty before the first
   * @param days number of daily partitions up to today, in UTC
   * @param oldestDay the first of these; empty where it has none
   */
  public record Size(
      long bytes, int partitions, Optional<Long> rows, int days, Optional<LocalDate> oldestDay) {}

  /**
   * By the name of the table.
   *
   * @throws dev.orrery.scheduler.base.database.DatabaseException {@code isBusy} if another
   *     transaction holds a table for itself
   */
  public Map<String, Size> measured(List<String> tables) {
    return database.transaction(
        connection -> {
          SqlStatement.of(connection, BOUNDS).list(row -> null);
          return sizes(SqlStatement.of(connection, MEASURED), tables);
        });
  }

  /** The same without waiting for any lock, as of the last VACUUM or ANALYZE of each table. */
  Map<String, Size> estimated(List<String> tables) {
    return database.autocommit(connection -> sizes(SqlStatement.of(connection, ESTIMATED), tables));
  }

  private static Map<String, Size> sizes(SqlStatement statement, List<String> tables)
      throws SQLException {
    Map<String, Size> sizes = new HashMap<>();
    statement.texts(tables).texts(tables).list(row -> sizes.put(row.getString("name"), size(row)));
    return sizes;
  }

  private static Size size(ResultSet row) throws SQLException {
    return new Size(
        row.getLong("bytes"),
        row.getInt("partitions"),
        Optional.ofNullable(SqlStatement.nullableLong(row, "rows")),
        row.getInt("days"),
        Optional.ofNullable(row.getString("oldest_day")).map(LocalDate::parse));
  }
}
