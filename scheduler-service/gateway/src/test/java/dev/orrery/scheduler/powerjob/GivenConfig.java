package dev.orrery.scheduler.powerjob;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Settings of the gateway that is on; the others have their defaults. */
record GivenConfig(String protocols, boolean requireOwnAddress, String network)
    implements PowerJobConfig {

  @Override
  public boolean enabled() {
    return true;
  }

  @Override
  public Akka akka() {
    throw new UnsupportedOperationException("no AKKA in this test");
  }

  @Override
  public Mu mu() {
    throw new UnsupportedOperationException("no MU in this test");
  }

  @Override
  public Optional<List<String>> allowedNetworks() {
    return Optional.of(List.of(network));
  }

  @Override
  public int maxNewWorkersPerAddress() {
    return 8;
  }

  @Override
  public ZoneId zone() {
    return ZoneOffset.UTC;
  }
}
