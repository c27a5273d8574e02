package dev.orrery.scheduler.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.Scrape;
import dev.orrery.scheduler.testkit.ShortLease;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ShortLease.class)
@Tag("thorough")
class SessionExpiryMetricsTest {
  @TestHTTPResource(management = true)
  URL management;

  @Test
  void countsExpiredSessionsButNotSessionsEndedByWorker() {
    TestApp app = TestApp.create();
    Scrape before = Scrape.of(management);
    int expiredBefore = expired();
    TestWorker leaving = app.worker();
    leaving.bye();
    TestWorker silent = app.worker();
    TestDatabase.update(
        "update worker_session set lease_until = statement_timestamp() where id = ?::uuid",
        silent.session());

    TestApp.eventually().until(() -> "EXPIRED".equals(endOf(silent)));
    assertThat(endOf(leaving)).isNotEqualTo("EXPIRED");
    // Sessions of other tests may end at any time; a count and its metric meet in the end.
    TestApp.eventually()
        .until(
            () ->
                Scrape.of(management).since(before, "orrery_sessions_expired_total")
                    == expired() - expiredBefore);
  }

  private static String endOf(TestWorker worker) {
    return TestDatabase.read(
        "select end_reason from worker_session where id = ?::uuid", worker.session());
  }

  private static int expired() {
    return Integer.parseInt(
        TestDatabase.read("select count(*) from worker_session where end_reason = 'EXPIRED'"));
  }
}
