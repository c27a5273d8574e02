package dev.orrery.scheduler.api;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URL;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ShortLease.class)
class LostLeaseMetricsTest {
  @TestHTTPResource(management = true)
  URL management;

  @Test
  void sessionsThatExpireAreCountedAndThoseThatLeaveAreNot() {
    TestApp app = TestApp.create();
    Scrape before = Scrape.of(management);
    app.worker().bye();
    app.worker();

    TestApp.eventually()
        .until(() -> Scrape.of(management).since(before, "orrery_leases_lost_total") == 1);
  }
}
