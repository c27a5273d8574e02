package dev.orrery.scheduler.api;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Two ended instances of each job are kept. */
public final class HistoryOfTwo implements QuarkusTestProfile {

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of("orrery.retention.history-per-job", "2");
  }
}
