package dev.orrery.scheduler.powerjob;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The gateway for workers of PowerJob is on, for workers on loopback. */
public final class PowerJobOpen implements QuarkusTestProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "orrery.powerjob.enabled", "true", "orrery.powerjob.allowed-networks", "127.0.0.0/8");
  }
}
