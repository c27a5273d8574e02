package dev.orrery.scheduler.parent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.orrery.protocol.text.BoundedText;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the top-level fields of a result. A tree would hold numbers as {@code double}, and return
 * {@code 1.10} as {@code 1.1}.
 */
final class ResultFields {
  private ResultFields() {}

  /**
   * Returns the fields by name: a string without its quotes, any other value as the result writes
   * it. Omits fields that are null. Returns no fields if the result is not a JSON object.
   */
  static Map<String, String> read(JsonFactory json, String result) {
    try (JsonParser parser = json.createParser(result)) {
      parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Map.of();
      }
      Map<String, String> fields = new HashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() != JsonToken.VALUE_NULL) {
          fields.put(name, value(parser, result));
        }
      }
      boolean ends = parser.nextToken() == null;
      return ends ? fields : Map.of();
    } catch (IOException e) {
      return Map.of();
    }
  }

  private static String value(JsonParser parser, String result) throws IOException {
    if (!parser.currentToken().isStructStart()) {
      return BoundedText.replaceUnstorable(parser.getText());
    }
    int begin = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    return result.substring(begin, (int) parser.currentLocation().getCharOffset());
  }
}
