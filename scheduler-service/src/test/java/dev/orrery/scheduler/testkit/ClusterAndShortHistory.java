package dev.orrery.scheduler.testkit;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * Cluster mode on a free port; and of each job, two ended instances are kept. The settings do not
 * affect each other: a profile of their own would cost another start of Quarkus.
 */
public final class ClusterAndShortHistory implements QuarkusTestProfile {
  public static final String SECRET = "the-secret-of-the-tests";

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "orrery.cluster.enabled", "true",
        "orrery.cluster.port", "0",
        "orrery.cluster.secret", SECRET,
        "orrery.cluster.advertised-address", "127.0.0.1",
        "orrery.cluster.heartbeat-interval", "200ms",
        "orrery.retention.history-per-job", "2");
  }
}
