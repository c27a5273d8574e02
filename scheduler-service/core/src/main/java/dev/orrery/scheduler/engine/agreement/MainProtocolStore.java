package dev.orrery.scheduler.engine.agreement;

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
   * Sessions that ended with a bye do not count, nor do those over PowerJob's AKKA, which is not
   * the protocol {@code akka}. Each part reads one index: of live sessions or of ended ones.
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
        count(*) filter (where dialect = 'powerjob' and protocol = 'akka') as powerjob_akka
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
        .map(Protocol::parse)
        .collect(Collectors.toUnmodifiableSet());
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
   * The number of live sessions on all replicas.
   *
   * @param ofProtocol those of each protocol; one without any is absent
   * @param powerJobAkka those of PowerJob workers over AKKA
   */
  record Sessions(Map<Protocol, Integer> ofProtocol, int powerJobAkka) {
    Sessions {
      ofProtocol = Map.copyOf(ofProtocol);
    }
  }

  Sessions sessions() {
    Map<Protocol, Integer> ofProtocol = new EnumMap<>(Protocol.class);
    int[] powerJobAkka = {0};
    database.autocommit(
        connection ->
            SqlStatement.of(connection, SESSIONS)
                .list(
                    row -> {
                      powerJobAkka[0] += row.getInt("powerjob_akka");
                      return ofProtocol.put(
                          Protocol.parse(row.getString("protocol")), row.getInt("sessions"));
                    }));
    return new Sessions(ofProtocol, powerJobAkka[0]);
  }
}
