package dev.orrery.scheduler.powerjob.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.buffer.Buffer;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The parameters of a call: the fields of a form, or of a JSON object. Query parameters are not
 * read, because secrets in addresses end up in logs.
 */
final class ClientParameters {
  private static final int MAX_FIELDS = 100;

  private final JsonNode body;

  private ClientParameters(JsonNode body) {
    this.body = body;
  }

  /**
   * @param contentType null if the request names none
   * @throws RefusedCallException if the body cannot be read
   */
  static ClientParameters read(String contentType, Buffer body, ObjectMapper json) {
    if (contentType == null || !contentType.startsWith(MediaType.APPLICATION_JSON)) {
      return ofForm(body.toString(StandardCharsets.UTF_8));
    }
    try {
      JsonNode read = json.readTree(body.getBytes());
      return new ClientParameters(read == null ? JsonNodeFactory.instance.missingNode() : read);
    } catch (JsonProcessingException e) {
      throw RefusedCallException.because("the body is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw RefusedCallException.because("the body is not JSON");
    }
  }

  static ClientParameters ofForm(String form) {
    try {
      Map<String, String> fields =
          new QueryStringDecoder(form, StandardCharsets.UTF_8, false, MAX_FIELDS)
              .parameters().entrySet().stream()
                  .collect(Collectors.toMap(Map.Entry::getKey, field -> field.getValue().get(0)));
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      fields.forEach(body::put);
      return new ClientParameters(body);
    } catch (IllegalArgumentException e) {
      throw RefusedCallException.because("the body is not a form: " + e.getMessage());
    }
  }

  static ClientParameters ofField(String name, String value) {
    return new ClientParameters(JsonNodeFactory.instance.objectNode().put(name, value));
  }

  /** Returns the whole body; the fields of a form are texts. */
  JsonNode body() {
    return body;
  }

  /** Returns a field; empty if it is absent, null, or no single value. */
  Optional<String> text(String name) {
    JsonNode value = body.path(name);
    return value.isValueNode() && !value.isNull() ? Optional.of(value.asText()) : Optional.empty();
  }

  /**
   * Returns a number.
   *
   * @throws RefusedCallException if it is absent or no number
   */
  long id(String name) {
    return number(name)
        .orElseThrow(() -> RefusedCallException.illegal("'" + name + "' is missing"));
  }

  /**
   * @throws RefusedCallException if it is not a number
   */
  Optional<Long> number(String name) {
    return text(name)
        .map(
            value -> {
              try {
                return Long.valueOf(value.strip());
              } catch (NumberFormatException e) {
                throw RefusedCallException.illegal("'" + name + "' must be a number");
              }
            });
  }
}
