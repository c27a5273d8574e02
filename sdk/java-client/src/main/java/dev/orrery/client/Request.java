package dev.orrery.client;

import dev.orrery.protocol.json.JsonMap;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An HTTP request to the REST API.
 *
 * @param path below {@code /api/v1}, with its query
 * @param mayBeRepeated whether sending the request twice has the same effect as sending it once
 */
record Request(
    String method,
    String path,
    Map<String, String> headers,
    Optional<byte[]> body,
    boolean mayBeRepeated) {

  private static final Set<String> REPEATABLE = Set.of("GET", "PUT", "DELETE");

  static Request of(String method, String path, Optional<String> body) {
    return new Request(
        method, path, Map.of(), body.map(Request::bytes), REPEATABLE.contains(method));
  }

  static Request get(String path) {
    return new Request("GET", path, Map.of(), Optional.empty(), true);
  }

  static Request put(String path, Map<String, ?> body) {
    return new Request("PUT", path, Map.of(), Optional.of(bytes(JsonMap.write(body))), true);
  }

  static Request delete(String path) {
    return new Request("DELETE", path, Map.of(), Optional.empty(), true);
  }

  static Request post(String path) {
    return new Request("POST", path, Map.of(), Optional.empty(), false);
  }

  static Request post(String path, Map<String, ?> body) {
    return postText(path, JsonMap.write(body));
  }

  /**
   * @param body JSON
   */
  static Request postText(String path, String body) {
    return new Request("POST", path, Map.of(), Optional.of(bytes(body)), false);
  }

  Request header(String name, String value) {
    if (value.isBlank() || !value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new IllegalArgumentException(
          "The " + name + " must be printable ASCII characters; got '" + value + "'");
    }
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Request(method, path, more, body, mayBeRepeated);
  }

  Request repeatable() {
    return new Request(method, path, headers, body, true);
  }

  /** Returns this call without repetitions after a broken connection. */
  Request once() {
    return new Request(method, path, headers, body, false);
  }

  private static byte[] bytes(String body) {
    return body.getBytes(StandardCharsets.UTF_8);
  }
}
