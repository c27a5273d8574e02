package dev.orrery.scheduler.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.Protocol;
import dev.orrery.scheduler.database.StoreTest;
import dev.orrery.scheduler.database.StoredJob;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
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
  void firstMainProtocolStaysOnRecord() {
    store.recordFirst(Protocol.AKKA);

    assertThat(store.required(WINDOW, SOFTWARE).main()).isEqualTo(Protocol.HTTP);
  }

  @Test
  void changeTellsWhatWasBefore() {
    Protocol before =
        database
            .hot()
            .transaction(connection -> MainProtocolStore.change(connection, Protocol.AKKA));

    assertThat(before).isEqualTo(Protocol.HTTP);
    assertThat(store.required(WINDOW, SOFTWARE).main()).isEqualTo(Protocol.AKKA);
  }

  @Test
  void transportOfALiveSessionIsInUse() {
    session("akka");

    assertInUse(Protocol.AKKA);
  }

  @Test
  void transportOfASessionThatWasLostWithinTheWindowIsInUse() {
    end(session("akka"), "EXPIRED", "9 minutes");

    assertInUse(Protocol.AKKA);
  }

  @Test
  void transportOfASessionThatWasLostBeforeTheWindowIsNotInUse() {
    end(session("akka"), "EXPIRED", "11 minutes");

    assertInUse();
  }

  @Test
  void transportOfASessionThatSaidGoodByeIsNotInUse() {
    end(session("akka"), "BYE", "1 minute");

    assertInUse();
  }

  @Test
  void onlyLiveSessionsAreCounted() {
    session("http");
    session("http");
    session("akka");
    end(session("akka"), "EXPIRED", "1 minute");

    assertThat(store.sessions()).isEqualTo(Map.of(Protocol.HTTP, 2, Protocol.AKKA, 1));
  }

  @Test
  void liveSessionsOfOtherSoftwareAreSkewed() {
    session("http");
    session("http");
    end(session("http"), "EXPIRED", "1 minute");

    assertThat(store.required(WINDOW, "newer").skewed()).isEqualTo(2);
    assertThat(store.required(WINDOW, SOFTWARE).skewed()).isZero();
  }

  private void assertInUse(Protocol... expected) {
    assertThat(store.required(WINDOW, SOFTWARE).inUse())
        .as("transports in use")
        .containsExactlyInAnyOrder(expected);
  }

  private UUID session(String transport) {
    UUID session = database.session(job);
    database.update("update worker_session set protocol = ? where id = ?", transport, session);
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
}
