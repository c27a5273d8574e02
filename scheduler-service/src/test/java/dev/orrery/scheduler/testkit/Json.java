package dev.orrery.scheduler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An answer, read by path: {@code status.version}, {@code items[0].id}, and {@code items.id} for
 * the field of each item. REST Assured's own paths are scripts, each compiled when it is used.
 */
public record Json(JsonNode node) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Json {
    Objects.requireNonNull(node);
  }

  /** The body of an answer that must have this status. */
  public static Json of(Response answer, int status) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
    return answer.as(Json.class);
  }

  /** Null where nothing is there. */
  public String getString(String path) {
    JsonNode found = find(node, path);
    return found.isMissingNode() || found.isNull() ? null : found.asText();
  }

  public int getInt(String path) {
    return required(path).intValue();
  }

  public boolean getBoolean(String path) {
    return required(path).booleanValue();
  }

  public List<Object> getList(String path) {
    return MAPPER.convertValue(required(path), new TypeReference<>() {});
  }

  public List<String> getStrings(String path) {
    return MAPPER.convertValue(required(path), new TypeReference<>() {});
  }

  public List<Map<String, Object>> getMaps(String path) {
    return MAPPER.convertValue(required(path), new TypeReference<>() {});
  }

  public Map<String, Object> getMap(String path) {
    return MAPPER.convertValue(required(path), new TypeReference<>() {});
  }

  /** That entry of an array whose {@code name} is as said. */
  public Json named(String array, String name) {
    for (JsonNode entry : required(array)) {
      if (entry.path("name").asText().equals(name)) {
        return new Json(entry);
      }
    }
    throw new AssertionError("No '" + name + "' in " + array + " of " + node);
  }

  private JsonNode required(String path) {
    JsonNode found = find(node, path);
    if (found.isMissingNode()) {
      throw new AssertionError("No '" + path + "' in " + node);
    }
    return found;
  }

  private static JsonNode find(JsonNode from, String path) {
    if (path.isEmpty()) {
      return from;
    }
    int dot = path.indexOf('.');
    String step = dot < 0 ? path : path.substring(0, dot);
    String rest = dot < 0 ? "" : path.substring(dot + 1);
    if (from.isArray()) {
      List<JsonNode> each = new ArrayList<>();
      from.forEach(entry -> each.add(find(entry, path)));
      return MAPPER.valueToTree(each);
    }
    int bracket = step.indexOf('[');
    if (bracket < 0) {
      return find(from.path(step), rest);
    }
    int index = Integer.parseInt(step.substring(bracket + 1, step.length() - 1));
    return find(from.path(step.substring(0, bracket)).path(index), rest);
  }
}
