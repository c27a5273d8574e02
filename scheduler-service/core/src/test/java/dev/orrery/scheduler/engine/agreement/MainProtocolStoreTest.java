package dev.orrery.scheduler.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.Protocol;
import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MainProtocolStoreTest extends StoreTest {
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final String SOFTWARE = "test";

  private StoredJob job;
  private MainProtocolStore store;

  @BeforeEach
  void createRows() {
    job = database.job();
    store = new MainProtocolStore(database.hot());
    store.recordFirst(Protocol.HTTP);
  }

  @Test
  void keepsFirstRecordedMainProtocol() {
    store.recordFirst(Protocol.AKKA);

    assertThat(store.required(WINDOW, SOFTWARE).main()).isEqualTo(Protocol.HTTP);
  }

  @Test
  void returnsPreviousMainProtocolOnChange() {
    Protocol before =
        database
            .hot()
            .transaction(connection -> MainProtocolStore.change(connection, Protocol.AKKA));

    assertThat(before).isEqualTo(Protocol.HTTP);
    assertThat(store.required(WINDOW, SOFTWARE).main()).isEqualTo(Protocol.AKKA);
  }

  @Test
  void reportsProtocolOfLiveSessionAsInUse() {
    session("akka");

    assertInUse(Protocol.AKKA);
  }

  @Test
  void reportsProtocolOfSessionLostWithinWindowAsInUse() {
    end(session("akka"), "EXPIRED", "9 minutes");

    assertInUse(Protocol.AKKA);
  }

  @Test
  void ignoresProtocolOfSessionLostBeforeWindow() {
    end(session("akka"), "EXPIRED", "11 minutes");

    assertInUse();
  }

  @Test
  void ignoresProtocolOfSessionThatEndedWithBye() {
    end(session("akka"), "BYE", "1 minute");

    assertInUse();
  }

  @Test
  void reportsProtocolsOfLiveSessionsOfPowerJobWorkers() {
    session("http");
    dialect(session("akka"), "powerjob");
    dialect(session("akka"), "powerjob");

    assertThat(store.required(WINDOW, SOFTWARE).powerJob()).containsExactly(Protocol.AKKA);
  }

  @Test
  void ignoresProtocolOfEndedSessionOfPowerJobWorker() {
    UUID session = session("http");
    dialect(session, "powerjob");
    end(session, "EXPIRED", "1 minute");

    assertThat(store.required(WINDOW, SOFTWARE).powerJob()).isEmpty();
  }

  private void dialect(UUID session, String dialect) {
    database.update("update worker_session set dialect = ? where id = ?", dialect, session);
  }

  @Test
  void countsOnlyLiveSessions() {
    session("http");
    session("http");
    session("akka");
    end(session("akka"), "EXPIRED", "1 minute");

    assertThat(store.sessions().ofProtocol()).isEqualTo(Map.of(Protocol.HTTP, 2, Protocol.AKKA, 1));
  }

  /** PowerJob's AKKA is not the protocol akka, and has a port of its own, as MU has. */
  @Test
  void countsSessionsAtPortsOfPowerJobSeparately() {
    dialect(session("mu"), "powerjob");
    dialect(session("mu"), "powerjob");
    session("akka");
    dialect(session("http"), "powerjob");
    dialect(session("akka"), "powerjob");
    UUID lost = session("akka");
    dialect(lost, "powerjob");
    end(lost, "EXPIRED", "1 minute");

    assertThat(store.sessions().ofProtocol()).isEqualTo(Map.of(Protocol.HTTP, 1, Protocol.AKKA, 1));
    assertThat(store.sessions().ofPowerJob()).isEqualTo(Map.of(Protocol.AKKA, 1, Protocol.MU, 2));
  }

  @Test
  void excludesPowerJobAkkaFromProtocolsInUse() {
    dialect(session("akka"), "powerjob");
    UUID lost = session("akka");
    dialect(lost, "powerjob");
    end(lost, "EXPIRED", "1 minute");
    dialect(session("http"), "powerjob");

    assertInUse(Protocol.HTTP);
  }

  @Test
  void countsLiveSessionsOfDifferentSoftwareAsSkewed() {
    session("http");
    session("http");
    dialect(session("http"), "powerjob");
    end(session("http"), "EXPIRED", "1 minute");
    database.update(
        "update worker_session set software_version = 'unknown' where id = ?", session("http"));

    assertThat(store.required(WINDOW, "newer").skewed()).isEqualTo(2);
    assertThat(store.required(WINDOW, SOFTWARE).skewed()).isZero();
  }

  private void assertInUse(Protocol... expected) {
    assertThat(store.required(WINDOW, SOFTWARE).inUse())
        .as("protocols in use")
        .containsExactlyInAnyOrder(expected);
  }

  private UUID session(String protocol) {
    UUID session = database.session(job);
    database.update("update worker_session set protocol = ? where id = ?", protocol, session);
    return session;
  }

  private void end(UUID session, String reason, String ago) {
    database.update(
        "update worker_session set end_reason = ?, ended_at = now() - interval '"
            + ago
            + "' where id = ?",
        reason,
        session);
  }

  @Test
  void leavesUnrelatedSettingsUnchanged() {
    database.update("insert into setting (name, value) values ('another', 'akka')");

    assertThat(store.required(WINDOW, SOFTWARE).main()).isEqualTo(Protocol.HTTP);
    assertThat(change(database.hot(), Protocol.AKKA)).isEqualTo(Protocol.HTTP);
    change(database.hot(), Protocol.HTTP);

    assertThat(database.texts("select value from setting where name = 'another'"))
        .containsExactly("akka");
  }

  @Test
  void serializesConcurrentChanges() {
    StoreDatabase.Client first = database.begin();
    change(first, Protocol.AKKA);

    Call<Protocol> second = database.call(client -> change(client, Protocol.HTTP)).awaitBlocked();
    first.commit();

    assertThat(second.result()).isEqualTo(Protocol.AKKA);
  }

  @Test
  void ignoresProtocolOfSessionLostExactlyOneWindowAgo() {
    end(session("akka"), "EXPIRED", "1 minute");
    Instant lost =
        Instant.ofEpochMilli(
            database.number(
                "select (extract(epoch from ended_at) * 1000)::bigint from worker_session"));
    database.update("update worker_session set ended_at = ?::timestamptz", lost.toString());

    assertThat(inUseAt(lost.plus(WINDOW).minusMillis(1))).containsExactly(Protocol.AKKA);
    assertThat(inUseAt(lost.plus(WINDOW))).isEmpty();
  }

  private Set<Protocol> inUseAt(Instant now) {
    return new MainProtocolStore(database.hotAt(now)).required(WINDOW, SOFTWARE).inUse();
  }

  private static Protocol change(EngineDatabase client, Protocol main) {
    return client.transaction(connection -> MainProtocolStore.change(connection, main));
  }
}
