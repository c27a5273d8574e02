package dev.orrery.scheduler.powerjob;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The gateway for PowerJob is on, for some of the addresses of loopback. */
public final class PowerJobOpen implements QuarkusTestProfile {
  /** An address of loopback that is not in the networks. */
  public static final String OUTSIDE = "127.0.0.9";

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "orrery.powerjob.enabled", "true", "orrery.powerjob.allowed-networks", "127.0.0.0/30");
  }
}
