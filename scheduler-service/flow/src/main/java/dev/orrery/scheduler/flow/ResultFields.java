package dev.orrery.scheduler.flow;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.SafeText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The top-level fields of a result. A tree would hold numbers as {@code double}, and return {@code
 * 1.10} as {@code 1.1}.
 *
 * @param values by name; empty if the result is no JSON object
 * @param problem why the result has no fields; null if it is a JSON object
 * @param begin of the result
 */
record ResultFields(Map<String, String> values, String problem, String begin) {
  private static final int MAX_SHOWN = 60;

  /** Says why a field is not among the values. */
  String missing(String field) {
    String reason = problem == null ? "has no field '" + field + "', or it is null" : problem;
    return reason + ": " + SafeText.line(begin);
  }

  /**
   * Reads the fields: a string without its quotes, any other value as the result writes it. Omits
   * fields that are null.
   */
  static ResultFields read(JsonFactory json, String result) {
    String begin = BoundedText.abbreviate(result, MAX_SHOWN);
    try (JsonParser parser = json.createParser(result)) {
      parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return new ResultFields(Map.of(), "is no JSON object", begin);
      }
      Map<String, String> fields = new HashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() != JsonToken.VALUE_NULL) {
          fields.put(name, value(parser, result));
        }
      }
      return parser.nextToken() == null
          ? new ResultFields(fields, null, begin)
          : new ResultFields(Map.of(), "has text behind its JSON object", begin);
    } catch (StreamConstraintsException e) {
      return new ResultFields(
          Map.of(),
          "is JSON beyond the limits of the reader (" + e.getOriginalMessage() + ")",
          begin);
    } catch (JsonProcessingException e) {
      return new ResultFields(Map.of(), "is no JSON (" + e.getOriginalMessage() + ")", begin);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
