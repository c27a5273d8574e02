package dev.orrery.scheduler.testkit;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Times that a test can wait for. */
public final class ShortLease implements QuarkusTestProfile {

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "orrery.session.lease", "3s",
        "orrery.session.renew-interval", "1s",
        "orrery.cancel.grace-period", "1s");
  }
}
