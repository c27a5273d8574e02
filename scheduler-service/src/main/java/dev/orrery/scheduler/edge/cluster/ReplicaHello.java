package dev.orrery.scheduler.edge.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.orrery.scheduler.base.database.ServerIdentity;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The message with which replicas introduce themselves on the cluster port, as request and as
 * response.
 *
 * @param clockOffsetMillis its clock minus the database's
 * @param database the server of the database that it uses; null if unknown, and from the previous
 *     release
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@RegisterForReflection
record ReplicaHello(
    UUID replica,
    String softwareVersion,
    List<String> protocols,
    int minVersion,
    int maxVersion,
    long clockOffsetMillis,
    ServerIdentity database) {
  private static final JsonMapper JSON = new JsonMapper();

  ReplicaHello {
    protocols = protocols == null ? List.of() : List.copyOf(protocols);
  }

  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A hello can be written", e);
    }
  }

  /** Parses a hello; empty if the text is malformed. */
  static Optional<ReplicaHello> read(String text) {
    try {
      return Optional.ofNullable(JSON.readValue(text, ReplicaHello.class))
          .filter(hello -> hello.replica != null);
    } catch (JsonProcessingException | NullPointerException e) {
      // The text is not JSON, or its protocols contain a null.
      return Optional.empty();
    }
  }
}
