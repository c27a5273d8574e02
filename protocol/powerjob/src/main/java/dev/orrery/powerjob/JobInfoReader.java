package dev.orrery.powerjob;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Reads a job that PowerJob's server stores: the answer to {@code fetchJob}, or a row of its table
 * {@code job_info} with the same field names. Refuses the same jobs as {@link ClientJobReader}.
 */
public final class JobInfoReader {
  private static final int DELETED = 99;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Objects that tables have as texts. */
  private static final List<String> OBJECTS =
      List.of("alarmConfig", "logConfig", "advancedRuntimeConfig");

  private JobInfoReader() {}

  /** Returns true for a job that PowerJob's server keeps after {@code deleteJob}. */
  public static boolean isDeleted(JsonNode info) {
    return info.path("status").asInt() == DELETED;
  }

  /**
   * @throws IllegalArgumentException as {@link ClientJobReader#read}
   */
  public static ClientJob read(ObjectNode info) {
    ObjectNode request = info.deepCopy();
    request.put("enable", info.path("status").asInt() == CodeTable.ENABLED);
    request.set("lifeCycle", object(info, "lifecycle"));
    OBJECTS.forEach(field -> request.set(field, object(info, field)));
    request.set("notifyUserIds", users(info.path("notifyUserIds")));
    return ClientJobReader.read(request);
  }

  private static JsonNode object(JsonNode info, String field) {
    JsonNode value = info.path(field);
    if (!value.isTextual()) {
      return value.isMissingNode() ? NullNode.getInstance() : value;
    }
    try {
      return value.textValue().isBlank()
          ? NullNode.getInstance()
          : JSON.readTree(value.textValue());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(field + " is not JSON", e);
    }
  }

  private static JsonNode users(JsonNode list) {
    if (!list.isTextual()) {
      return list.isMissingNode() ? NullNode.getInstance() : list;
    }
    ArrayNode users = JsonNodeFactory.instance.arrayNode();
    for (String user : list.textValue().split(",", -1)) {
      if (!user.isBlank()) {
        users.add(number(user.strip()));
      }
    }
    return users;
  }

  private static long number(String user) {
    try {
      return Long.parseLong(user);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "notifyUserIds has '" + user + "', which is not a number", e);
    }
  }
}
