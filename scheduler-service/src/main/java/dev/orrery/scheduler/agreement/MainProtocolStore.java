package dev.orrery.scheduler.agreement;

import dev.orrery.protocol.Transport;
import dev.orrery.scheduler.database.HotDatabase;
import dev.orrery.scheduler.database.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.Map;

/** What all replicas know together: the main protocol, and how many sessions each transport has. */
@ApplicationScoped
class MainProtocolStore {
  private static final String KEY = "protocols.main";
  private static final String RECORD =
      "insert into setting (name, value) values (?, ?) on conflict do nothing";
  private static final String FIND = "select value from setting where name = ?";
  private static final String SESSIONS =
      """
      select transport, count(*) as sessions from worker_session
      where ended_at is null group by transport
      """;

  private final HotDatabase database;

  MainProtocolStore(HotDatabase database) {
    this.database = database;
  }

  /** Records the main protocol at the first start of all; gives the one that is recorded. */
  Transport recordedMain(Transport ours) {
    return database.autocommit(
        connection -> {
          Sql.of(connection, RECORD).withText(KEY).withText(ours.canonicalName()).update();
          return Sql.of(connection, FIND)
              .withText(KEY)
              .first(row -> Transport.parse(row.getString("value")))
              .orElseThrow();
        });
  }

  /** Live sessions over all replicas; a transport without any is absent. */
  Map<Transport, Integer> sessions() {
    Map<Transport, Integer> sessions = new EnumMap<>(Transport.class);
    database.autocommit(
        connection ->
            Sql.of(connection, SESSIONS)
                .list(
                    row ->
                        sessions.put(
                            Transport.parse(row.getString("transport")), row.getInt("sessions"))));
    return sessions;
  }
}
