package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The gateway for PowerJob is on, for some of the addresses of loopback. */
public final class PowerJobOpen implements QuarkusTestProfile {
  /** An address of loopback that is not in the networks. */
  public static final String OUTSIDE = "127.0.0.9";

  /** Opens an app, and returns its number in the messages of its workers. */
  public static int open(TestApp app) {
    return app.asOperator()
        .body("{}")
        .put(app.path("/powerjob"))
        .then()
        .statusCode(200)
        .extract()
        .path("appId");
  }

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "orrery.powerjob.enabled", "true",
        "orrery.powerjob.protocols", "http,MU",
        "orrery.powerjob.mu.port", "0",
        "orrery.powerjob.allowed-networks", "127.0.0.0/30");
  }
}
