package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads and writes the state that all replicas share: the main protocol, and the number of sessions
 * of each protocol.
 */
@ApplicationScoped
public class MainProtocolStore {
  private static final String KEY = "protocols.main";
  private static final String RECORD =
      "insert into setting (name, value) values (?, ?) on conflict do nothing";

  /**
   * Sessions that ended with a bye do not count, nor do those over ports of PowerJob's own. Each
   * part reads one index: of live sessions or of ended ones.
   */
  private static final String REQUIRED =
      """
      select s.value as main,
        array(
          select protocol from worker_session
          where ended_at is null and (dialect = 'orrery' or protocol = 'http')
          union
          select protocol from worker_session
          where ended_at > statement_timestamp() - ? * interval '1 millisecond'
            and end_reason = 'EXPIRED' and (dialect = 'orrery' or protocol = 'http')
        ) as in_use,
        array(
          select distinct protocol from worker_session
          where ended_at is null and dialect = 'powerjob'
        ) as powerjob,
        (select count(*) from worker_session
          where ended_at is null and dialect = 'orrery'
            and software_version not in (?, 'unknown'))::integer as skewed
      from setting s where s.name = ?
      """;

  private static final String LOCK = "select value from setting where name = ? for update";
  private static final String CHANGE = "update setting set value = ? where name = ?";
  private static final String SESSIONS =
      """
      select protocol, count(*) filter (where dialect = 'orrery' or protocol = 'http') as sessions,
        count(*) filter (where dialect = 'powerjob' and protocol <> 'http') as powerjob
      from worker_session where ended_at is null group by protocol
      """;

  private final EngineDatabase database;

  MainProtocolStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * The protocols that every replica must support.
   *
   * @param inUse protocols of live sessions, and of sessions that expired within the window
   * @param powerJob protocols of live sessions of PowerJob workers
   * @param skewed number of live sessions with another software version than the given one
   */
  record Required(Protocol main, Set<Protocol> inUse, Set<Protocol> powerJob, int skewed) {}

  /** Records the main protocol, unless one is recorded already. */
  void recordFirst(Protocol ours) {
    database.autocommit(
        connection ->
            SqlStatement.of(connection, RECORD)
                .withText(KEY)
                .withText(ours.canonicalName())
                .update());
  }

  Required required(Duration window, String softwareVersion) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, REQUIRED)
                .with(window.toMillis())
                .withText(softwareVersion)
                .withText(KEY)
                .first(
                    row ->
                        new Required(
                            Protocol.parse(row.getString("main")),
                            protocols(row, "in_use"),
                            protocols(row, "powerjob"),
                            row.getInt("skewed")))
                .orElseThrow());
  }

  private static Set<Protocol> protocols(ResultSet row, String column) throws SQLException {
    return SqlStatement.list(row, column, String.class).stream()
        .map(MainProtocolStore::protocol)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Of a session of any dialect. */
  private static Protocol protocol(String name) {
    return Protocol.parse(Dialect.POWERJOB, name);
  }

  /**
   * Changes the main protocol on record, as part of a caller's transaction.
   *
   * @return the main protocol before
   */
  public static Protocol change(Connection connection, Protocol main) throws SQLException {
    Protocol before =
        SqlStatement.of(connection, LOCK)
            .withText(KEY)
            .first(row -> Protocol.parse(row.getString("value")))
            .orElseThrow();
    SqlStatement.of(connection, CHANGE).withText(main.canonicalName()).withText(KEY).update();
    return before;
  }

  /**
   * The number of live sessions on all replicas, by protocol; one without any is absent.
   *
   * @param ofPowerJob those over ports of PowerJob's own
   */
  record Sessions(Map<Protocol, Integer> ofProtocol, Map<Protocol, Integer> ofPowerJob) {
    Sessions {
      ofProtocol = Map.copyOf(ofProtocol);
      ofPowerJob = Map.copyOf(ofPowerJob);
    }
  }

  Sessions sessions() {
    Map<Protocol, Integer> ofProtocol = new EnumMap<>(Protocol.class);
    Map<Protocol, Integer> ofPowerJob = new EnumMap<>(Protocol.class);
    database.autocommit(
        connection ->
            SqlStatement.of(connection, SESSIONS)
                .list(
                    row -> {
                      Protocol protocol = protocol(row.getString("protocol"));
                      ofPowerJob.put(protocol, row.getInt("powerjob"));
                      return ofProtocol.put(protocol, row.getInt("sessions"));
                    }));
    ofProtocol.values().removeIf(count -> count == 0);
    ofPowerJob.values().removeIf(count -> count == 0);
    return new Sessions(ofProtocol, ofPowerJob);
  }
}
