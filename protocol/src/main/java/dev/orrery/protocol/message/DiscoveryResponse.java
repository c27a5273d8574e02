package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.UnknownNameException;
import java.util.List;

/**
 * The response to discovery: the addresses of the scheduler. Only a worker whose offer leads to an
 * agreement receives it.
 *
 * @param active one entry for each active protocol, the main one first
 * @param minVersion the lowest supported API version
 * @param maxVersion the highest supported API version
 * @param softwareVersion the scheduler's software version
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DiscoveryResponse(
    List<Endpoint> active, int minVersion, int maxVersion, String softwareVersion) {

  public DiscoveryResponse {
    active = active == null ? List.of() : List.copyOf(active);
  }

  /**
   * The address of a protocol.
   *
   * @param protocol its name; null if the name is unknown, sent by a newer scheduler
   * @param address host and port to dial; for http a URL without path
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Endpoint(Protocol protocol, String address) {
    /** Reads an endpoint, whose protocol may be unknown. */
    @JsonCreator
    public static Endpoint of(
        @JsonProperty("protocol") String protocol, @JsonProperty("address") String address) {
      return new Endpoint(known(protocol), address);
    }

    private static Protocol known(String protocol) {
      try {
        return Protocol.parse(protocol);
      } catch (UnknownNameException e) {
        return null;
      }
    }
  }
}
