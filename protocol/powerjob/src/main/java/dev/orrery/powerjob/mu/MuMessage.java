package dev.orrery.powerjob.mu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.message.MessageLimits;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A message of the protocol MU.
 *
 * @param requestId of an {@link Type#ASK} and its answer; null otherwise
 * @param path of the operation; null for answers and heartbeats
 * @param payload a missing node if there is none
 * @param error what an {@link Type#ERROR} says; null otherwise
 */
public record MuMessage(Type type, String requestId, String path, JsonNode payload, String error) {
  /** The kind of a message. */
  public enum Type {
    TELL,
    ASK,
    RESPONSE,
    /** Keeps the connection open; the status of a worker is a TELL. */
    HEARTBEAT,
    ERROR
  }

  public static final int MAX_BYTES = MessageLimits.MAX_MU_MESSAGE_BYTES;

  static final int MAX_NAME_LENGTH = 100;

  public static MuMessage tell(String path, JsonNode payload) {
    return new MuMessage(Type.TELL, null, path, payload, null);
  }

  public static MuMessage ask(String requestId, String path, JsonNode payload) {
    return new MuMessage(Type.ASK, requestId, path, payload, null);
  }

  public static MuMessage response(String requestId, JsonNode payload) {
    return new MuMessage(Type.RESPONSE, requestId, null, payload, null);
  }

  public static MuMessage error(String requestId, String error) {
    return new MuMessage(Type.ERROR, requestId, null, MissingNode.getInstance(), error);
  }

  /**
   * Reads the JSON of a frame.
   *
   * @param json which limits the tokens and the depth
   * @throws IOException if it is not one message
   */
  public static MuMessage read(byte[] frame, ObjectMapper json) throws IOException {
    JsonNode tree = json.readTree(frame);
    if (tree == null || !tree.isObject()) {
      throw new IOException("A message is not a JSON object.");
    }
    return new MuMessage(
        type(name(tree, "messageType")),
        name(tree, "requestId"),
        name(tree, "path"),
        tree.path("payload"),
        tree.path("errorMessage").textValue());
  }

  private static Type type(String name) throws IOException {
    for (Type type : Type.values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw new IOException("A message has an unknown type.");
  }

  private static String name(JsonNode message, String field) throws IOException {
    String name = message.path(field).textValue();
    if (name != null && name.length() > MAX_NAME_LENGTH) {
      throw new IOException(
          "The field " + field + " of a message has more than " + MAX_NAME_LENGTH + " characters.");
    }
    return name;
  }

  /**
   * Returns the message with its length before it. Fields without a value are absent.
   *
   * @throws IllegalArgumentException if it has more than {@link #MAX_BYTES}
   */
  public ByteBuffer frame(ObjectMapper json) {
    ObjectNode message = json.createObjectNode().put("messageType", type.name());
    put(message, "requestId", requestId);
    put(message, "path", path);
    if (!payload.isMissingNode()) {
      message.set("payload", payload);
    }
    put(message, "errorMessage", error);
    byte[] bytes;
    try {
      bytes = json.writeValueAsBytes(message);
    } catch (IOException e) {
      throw new IllegalStateException("A tree is always writable", e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "its message has " + bytes.length + " bytes, and over MU at most " + MAX_BYTES);
    }
    return ByteBuffer.allocate(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes).flip();
  }

  private static void put(ObjectNode message, String field, String value) {
    if (value != null) {
      message.put(field, value);
    }
  }
}
