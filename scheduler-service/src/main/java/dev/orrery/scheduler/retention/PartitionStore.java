package dev.orrery.scheduler.retention;

import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The partitions by creation day. An id holds its instant, so a day is a range of ids.
 *
 * <p>Names of tables cannot be parameters; here they are made from a fixed list and a date alone.
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

  /** Else replicas that start together would get in each other's way. */
  private static final String LOCK =
      "select pg_advisory_xact_lock(hashtext('orrery'), hashtext('partition'))";

  private static final String CREATE =
      """
      create table if not exists %1$s partition of %2$s
      for values from (%3$d) to (%4$d)
      """;

  private static final String ID_AT =
      "select instance_id_at(?::date::timestamp at time zone 'UTC') as id";

  private static final String ACTIVE =
      "select exists (select from instance where id >= ? and id < ?) as active";

  private final EngineDatabase database;

  PartitionStore(EngineDatabase database) {
    this.database = database;
  }

  /** The tables that are partitioned by the day of an instance's creation. */
  public enum Partitioned {
    INSTANCE_HISTORY("instance_history"),
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

  /** In UTC, by the database's clock. */
  public LocalDate today() {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, TODAY)
                .first(row -> LocalDate.parse(row.getString("today")))
                .orElseThrow());
  }

  /** The days that have a partition, oldest first. */
  public List<LocalDate> days(Partitioned table) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, EXISTING)
                .withText(table.table)
                .list(row -> table.day(row.getString("relname"))));
  }

  /** Makes the partition of a day; fails where the default partition has rows of that day. */
  public void create(Partitioned table, LocalDate day) {
    database.transaction(
        connection -> {
          SqlStatement.of(connection, LOCK).list(row -> null);
          long from = idAt(connection, day);
          long to = idAt(connection, day.plusDays(1));
          return SqlStatement.of(
                  connection, CREATE.formatted(table.partition(day), table.table, from, to))
              .update();
        });
  }

  private static long idAt(Connection connection, LocalDate day) throws SQLException {
    return SqlStatement.of(connection, ID_AT)
        .withText(day.toString())
        .first(row -> row.getLong("id"))
        .orElseThrow();
  }

  /**
   * Returns true if all instances of a day ended longer ago than this; one that has not ended still
   * needs the attempts of its day.
   */
  public boolean historyIsOlderThan(LocalDate day, Duration age) {
    String newest =
        "select coalesce(max(ended_at) < statement_timestamp() - ? * interval '1 second', true) as old"
            + " from "
            + Partitioned.INSTANCE_HISTORY.partition(day);
    return database.autocommit(
        connection ->
            !hasActive(connection, day)
                && SqlStatement.of(connection, newest)
                    .with(age.toSeconds())
                    .first(row -> row.getBoolean("old"))
                    .orElseThrow());
  }

  private static boolean hasActive(Connection connection, LocalDate day) throws SQLException {
    return SqlStatement.of(connection, ACTIVE)
        .with(idAt(connection, day))
        .with(idAt(connection, day.plusDays(1)))
        .first(row -> row.getBoolean("active"))
        .orElseThrow();
  }

  public void drop(Partitioned table, LocalDate day) {
    database.autocommit(
        connection ->
            SqlStatement.of(connection, "drop table if exists " + table.partition(day)).update());
    LOG.infof("Partition dropped, older than its retention: table=%s", table.partition(day));
  }
}
