package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.orrery.protocol.Transport;
import java.util.List;

/**
 * Where the scheduler can be reached. Given only to a worker whose offer can be agreed upon.
 *
 * @param active one entry for each active protocol, the main one first
 * @param minVersion lowest protocol version that the scheduler speaks
 * @param maxVersion highest one
 * @param software the scheduler's software version
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DiscoveryAnswer(
    List<Endpoint> active, int minVersion, int maxVersion, String software) {

  public DiscoveryAnswer {
    active = active == null ? List.of() : List.copyOf(active);
  }

  /**
   * Where one protocol is served.
   *
   * @param protocol its name
   * @param address host and port to dial; for http a URL without path
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Endpoint(Transport protocol, String address) {}
}
