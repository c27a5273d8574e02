package dev.orrery.scheduler.edge.cluster;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.engine.agreement.MainProtocolStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * Reads and writes the table of replicas, through which replicas in cluster mode find each other.
 */
@ApplicationScoped
class ReplicaStore {
  /**
   * Listed by name, because with {@code *} a column that a newer release adds would break the
   * prepared statements of this one.
   */
  private static final String COLUMNS =
      """
      id, address, software_version, schema_version, protocols, main_protocol, min_api_version,
        max_api_version, clock_offset_millis, unready, started_at, joined_at, serving_since,
        seen_at""";

  /**
   * Serializes joins: {@code joined_at} must follow the order of commits, otherwise two replicas
   * could each be the first.
   */
  private static final String LOCK = "select pg_advisory_xact_lock(7206810)";

  /**
   * The replica that has bound the port of an address replaces an earlier one with this address.
   */
  private static final String DELETE_PREDECESSOR =
      "delete from replica where address = ? and id <> ?";

  private static final String JOIN =
      """
      insert into replica (id, address, software_version, schema_version, protocols, main_protocol,
        min_api_version, max_api_version, clock_offset_millis, unready, started_at, joined_at,
        seen_at)
      values (?, ?, ?, ?, ?, ?, ?, ?, 0, '{STARTING}', clock_timestamp(), clock_timestamp(),
        clock_timestamp())
      on conflict (id) do update
      set joined_at = excluded.joined_at, seen_at = excluded.seen_at, serving_since = null,
        unready = excluded.unready
      """;

  /**
   * The only periodic statement of cluster mode. It returns the rows as they were before its own
   * update.
   */
  private static final String HEARTBEAT =
      """
      with own as (
        update replica
        set seen_at = statement_timestamp(), clock_offset_millis = ?, unready = ?,
          serving_since = case when ? then coalesce(serving_since, statement_timestamp()) end
        where id = ?
      ), gone as (
        delete from replica where seen_at < statement_timestamp() - ? * interval '1 millisecond'
      )
      select %s, seen_at > statement_timestamp() - ? * interval '1 millisecond' as live,
        statement_timestamp() as now
      from replica order by started_at, id
      """
          .formatted(COLUMNS);

  private static final String LIVE =
      """
      select %s, true as live from replica
      where seen_at > statement_timestamp() - ? * interval '1 millisecond'
      order by started_at, id
      """
          .formatted(COLUMNS);

  private static final String LISTENERS =
      """
      select count(*)::integer as listeners from pg_stat_activity
      where application_name = ? and datname = current_database()
      """;

  private static final String LEAVE = "delete from replica where id = ?";

  private final EngineDatabase database;

  ReplicaStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * All rows, by start.
   *
   * @param now the time on the database's clock; null if there is no row
   */
  record Seen(List<Replica> replicas, Instant now) {}

  /** Writes the row of a replica that joins, or joins again; it does not serve yet. */
  void join(OwnReplica self) {
    database.transaction(
        connection -> {
          SqlStatement.of(connection, LOCK).list(row -> null);
          SqlStatement.of(connection, DELETE_PREDECESSOR)
              .withText(self.address().toString())
              .with(self.id())
              .update();
          return SqlStatement.of(connection, JOIN)
              .with(self.id())
              .withText(self.address().toString())
              .withText(self.spoken().softwareVersion())
              .withText(self.spoken().schemaVersion())
              .texts(self.spoken().protocols())
              .withText(self.spoken().main())
              .with(self.spoken().versions().min())
              .with(self.spoken().versions().max())
              .update();
        });
  }

  Seen heartbeat(UUID id, long clockOffsetMillis, Collection<String> unready, boolean serves) {
    Instant[] now = new Instant[1];
    List<Replica> replicas =
        database.autocommit(
            connection ->
                SqlStatement.of(connection, HEARTBEAT)
                    .with(clockOffsetMillis)
                    .texts(unready)
                    .with(serves)
                    .with(id)
                    .with(ClusterConfig.FORGOTTEN_AFTER.toMillis())
                    .with(ClusterConfig.LOST_AFTER.toMillis())
                    .list(
                        row -> {
                          now[0] = SqlStatement.instant(row, "now");
                          return read(row);
                        }));
    return new Seen(replicas, now[0]);
  }

  void leave(UUID id) {
    database.autocommit(connection -> SqlStatement.of(connection, LEAVE).with(id).update());
  }

  /**
   * Records the main protocol.
   *
   * @param listenersName the name of the connections on which replicas listen
   * @param check receives the live replicas in cluster mode and the number of all listening
   *     replicas; if it throws, nothing is changed
   * @return the main protocol before
   */
  Protocol changeMain(
      Protocol main, String listenersName, BiConsumer<List<Replica>, Integer> check) {
    return database.transaction(
        connection -> {
          // Locks the setting, so that a concurrent change is serialised with this one.
          Protocol before = MainProtocolStore.change(connection, main);
          List<Replica> live =
              SqlStatement.of(connection, LIVE)
                  .with(ClusterConfig.LOST_AFTER.toMillis())
                  .list(ReplicaStore::read);
          int listeners =
              SqlStatement.of(connection, LISTENERS)
                  .withText(listenersName)
                  .first(row -> row.getInt("listeners"))
                  .orElseThrow();
          check.accept(live, listeners);
          return before;
        });
  }

  private static Replica read(ResultSet row) throws SQLException {
    return new Replica(
        row.getObject("id", UUID.class),
        row.getString("address"),
        new SupportedProtocols(
            row.getString("software_version"),
            row.getString("schema_version"),
            SqlStatement.list(row, "protocols", String.class),
            row.getString("main_protocol"),
            new VersionRange(row.getInt("min_api_version"), row.getInt("max_api_version"))),
        row.getLong("clock_offset_millis"),
        SqlStatement.instant(row, "started_at"),
        SqlStatement.instant(row, "joined_at"),
        SqlStatement.instant(row, "serving_since"),
        SqlStatement.list(row, "unready", String.class),
        SqlStatement.instant(row, "seen_at"),
        row.getBoolean("live"));
  }
}
