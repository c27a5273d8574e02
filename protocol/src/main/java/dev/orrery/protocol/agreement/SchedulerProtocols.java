package dev.orrery.protocol.agreement;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The protocols and API versions that a scheduler supports.
 *
 * @param active at least one, the main protocol among them
 * @param main the one that discovery lists first
 * @param versions the API versions that the scheduler supports
 */
public record SchedulerProtocols(List<Protocol> active, Protocol main, VersionRange versions) {

  public SchedulerProtocols {
    active = List.copyOf(active);
    if (!active.contains(main)) {
      throw new IllegalArgumentException(
          "The main protocol " + main.canonicalName() + " is not among the active ones");
    }
  }

  /** The active names in the form of the configuration: {@code http,akka}. */
  public String activeNames() {
    return active.stream().map(Protocol::canonicalName).collect(Collectors.joining(","));
  }
}
