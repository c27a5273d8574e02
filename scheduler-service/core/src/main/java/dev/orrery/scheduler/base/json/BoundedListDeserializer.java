package dev.orrery.scheduler.base.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import dev.orrery.protocol.message.Bounded;
import dev.orrery.protocol.message.Bounded.Excess;
import dev.orrery.scheduler.base.problem.TooManyEntriesException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a list of a message up to its bound, and refuses the first entry beyond it. A message of 4
 * MiB has room for 1.4 million empty entries: as objects they would take 50 MB, and the thread that
 * reads them also serves other apps.
 */
final class BoundedListDeserializer extends JsonDeserializer<List<Object>>
    implements ContextualDeserializer {
  private final String name;
  private final Bounded bound;
  private final JavaType type;
  private final JsonDeserializer<Object> entries;

  /** Creates the deserializer before its list is known. */
  BoundedListDeserializer() {
    this(null, null, null, null);
  }

  private BoundedListDeserializer(
      String name, Bounded bound, JavaType type, JsonDeserializer<Object> entries) {
    this.name = name;
    this.bound = bound;
    this.type = type;
    this.entries = entries;
  }

  @Override
  public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty list)
      throws JsonMappingException {
    return new BoundedListDeserializer(
        list.getMember().getDeclaringClass().getName() + "." + list.getName(),
        list.getAnnotation(Bounded.class),
        list.getType(),
        context.findContextualValueDeserializer(list.getType().getContentType(), list));
  }

  @Override
  public List<Object> deserialize(JsonParser json, DeserializationContext context)
      throws IOException {
    if (!json.isExpectedStartArrayToken()) {
      return list(context.handleUnexpectedToken(type, json));
    }
    List<Object> read = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (read.size() < bound.max()) {
        read.add(entry(json, context, read));
      } else if (bound.excess() == Excess.CUT) {
        json.skipChildren();
      } else {
        throw TooManyEntriesException.ofList(json, bound.max());
      }
    }
    requireTotal(json, context, read.size());
    return read;
  }

  private Object entry(JsonParser json, DeserializationContext context, List<Object> read)
      throws JsonMappingException {
    try {
      return json.hasToken(JsonToken.VALUE_NULL)
          ? entries.getNullValue(context)
          : entries.deserialize(json, context);
    } catch (IOException | RuntimeException e) {
      throw JsonMappingException.wrapWithPath(e, read, read.size());
    }
  }

  private void requireTotal(JsonParser json, DeserializationContext context, int added)
      throws TooManyEntriesException {
    if (bound.total() == 0) {
      return;
    }
    int before = context.getAttribute(name) instanceof Integer count ? count : 0;
    if (before + added > bound.total()) {
      throw TooManyEntriesException.ofRequest(json, bound.total());
    }
    context.setAttribute(name, before + added);
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return (List<Object>) value;
  }
}
