package dev.orrery.scheduler.edge.cluster;

import dev.orrery.protocol.VersionRange;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Replicas as tests need them. */
final class Replicas {
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private Replicas() {}

  static Replica joined(int second, boolean serves, boolean live, String... unready) {
    return joined(second, "10.0.0." + second + ":10020", serves, live, unready);
  }

  /** The second one, which serves. */
  static Replica live(String address) {
    return joined(2, address, true, true);
  }

  private static Replica joined(
      int second, String address, boolean serves, boolean live, String... unready) {
    return new Replica(
        new UUID(0, second),
        address,
        new SupportedProtocols("1.0", "5", List.of("http"), "http", new VersionRange(1, 1)),
        0,
        NOON,
        NOON.plusSeconds(second),
        serves ? NOON.plusSeconds(second) : null,
        List.of(unready),
        NOON.plusSeconds(60),
        live);
  }

  static Replica like(
      Replica one,
      String softwareVersion,
      List<String> protocols,
      String main,
      VersionRange versions,
      long clockOffsetMillis) {
    return new Replica(
        one.id(),
        one.address(),
        new SupportedProtocols(
            softwareVersion, one.spoken().schemaVersion(), protocols, main, versions),
        clockOffsetMillis,
        one.startedAt(),
        one.joinedAt(),
        one.servingSince(),
        one.unready(),
        one.seenAt(),
        one.live());
  }
}
