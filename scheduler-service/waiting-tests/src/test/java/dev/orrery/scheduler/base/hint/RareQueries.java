package dev.orrery.scheduler.base.hint;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Periodic queries that are too rare to replace a lost hint within a test. */
public final class RareQueries implements QuarkusTestProfile {

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "orrery.due-work.interval", "60s",
        "orrery.due-work.blocked-interval", "60s",
        "orrery.session.lease", "180s",
        "orrery.session.renew-interval", "60s");
  }
}
