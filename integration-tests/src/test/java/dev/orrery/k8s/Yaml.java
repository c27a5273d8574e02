package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Parses YAML; a duplicate key is an error. */
public final class Yaml {
  private static final ObjectMapper MAPPER =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  private Yaml() {}

  /** Parses one value. */
  static JsonNode value(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Parses all documents of a text, each of which must be a mapping. */
  public static List<ObjectNode> documents(String text) {
    try (MappingIterator<JsonNode> parsed = MAPPER.readerFor(JsonNode.class).readValues(text)) {
      List<ObjectNode> documents = new ArrayList<>();
      for (JsonNode document : parsed.readAll()) {
        if (!(document instanceof ObjectNode object)) {
          throw new IllegalArgumentException("Not an object: " + document);
        }
        documents.add(object);
      }
      return documents;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Changes a document.
   *
   * @param pointer whose parent exists; an index of - adds an entry
   * @param value null removes
   */
  static void change(ObjectNode document, String pointer, JsonNode value) {
    JsonPointer path = JsonPointer.compile(pointer);
    JsonNode parent = document.at(path.head());
    String key = path.last().getMatchingProperty();
    if (parent instanceof ObjectNode object) {
      if (value == null) {
        assertThat(object.remove(key)).as(pointer).isNotNull();
      } else {
        object.set(key, value);
      }
    } else if (parent instanceof ArrayNode array) {
      change(array, key, value);
    } else {
      throw new AssertionError("There is no " + pointer + " in " + document);
    }
  }

  private static void change(ArrayNode array, String index, JsonNode value) {
    if (index.equals("-")) {
      array.add(value);
    } else if (value == null) {
      array.remove(Integer.parseInt(index));
    } else {
      array.set(Integer.parseInt(index), value);
    }
  }
}
