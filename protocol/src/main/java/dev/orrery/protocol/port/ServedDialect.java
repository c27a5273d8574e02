package dev.orrery.protocol.port;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.port.PortPlan.Situation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A dialect whose workers a scheduler serves, with the protocols and ports that they use.
 *
 * @param protocols the active protocols over which they can join
 * @param ports names in the {@linkplain PortPlan port plan} of the ports that they and the
 *     scheduler use
 */
public record ServedDialect(Dialect dialect, List<Protocol> protocols, List<String> ports) {
  private static final String WORKER = "worker";

  public ServedDialect {
    protocols = List.copyOf(protocols);
    ports = List.copyOf(ports);
  }

  /** Returns what a scheduler serves in this situation. */
  public static List<ServedDialect> of(Situation situation) {
    List<Protocol> active = situation.active().stream().sorted().toList();
    List<ServedDialect> served = new ArrayList<>();
    List<String> ports =
        new ArrayList<>(
            Stream.concat(Stream.of("api"), active.stream().map(Protocol::canonicalName)).toList());
    if (active.contains(Protocol.AKKA)) {
      ports.add(WORKER);
    }
    served.add(new ServedDialect(Dialect.ORRERY, active, ports));
    if (situation.powerJob().isServed()) {
      List<Protocol> protocols = situation.powerJob().protocols().stream().sorted().toList();
      List<String> theirs = new ArrayList<>(List.of("api"));
      for (Protocol protocol : protocols) {
        theirs.add(
            switch (protocol) {
              case HTTP -> protocol.canonicalName();
              case AKKA -> PortPlan.POWERJOB_AKKA;
              case MU -> PortPlan.POWERJOB_MU;
            });
      }
      if (situation.powerJob().dialsWorkers()) {
        theirs.add(WORKER);
      }
      served.add(new ServedDialect(Dialect.POWERJOB, protocols, theirs));
    }
    return List.copyOf(served);
  }
}
