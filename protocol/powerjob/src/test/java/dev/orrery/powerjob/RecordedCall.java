package dev.orrery.powerjob;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A call that a real PowerJob client sent, and the answer of PowerJob's server. */
record RecordedCall(JsonNode file) {
  static RecordedCall of(String version, String kind) {
    String name = "/wire/" + version + "/openApi_" + kind + ".json";
    try (InputStream file = RecordedCall.class.getResourceAsStream(name)) {
      return new RecordedCall(new ObjectMapper().readTree(file));
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /** The body of the request, which the caller may change. */
  ObjectNode request() {
    return file.at("/request/body").deepCopy();
  }

  ObjectNode data() {
    return file.at("/response/body/data").deepCopy();
  }
}
