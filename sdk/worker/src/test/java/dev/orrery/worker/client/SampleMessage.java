package dev.orrery.worker.client;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes messages with a value in every field, and with nothing in all that may be absent. */
final class SampleMessage {
  private final boolean full;
  private int next;

  private SampleMessage(boolean full) {
    this.full = full;
  }

  static <T> T full(Class<T> type) {
    return type.cast(new SampleMessage(true).value(type));
  }

  static <T> T empty(Class<T> type) {
    return type.cast(new SampleMessage(false).value(type));
  }

  private Object value(Type type) {
    next++;
    if (type instanceof ParameterizedType generic) {
      if (!full) {
        return null;
      }
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == Map.class
          ? Map.of("key \"" + next, "value " + next)
          : list((Class<?>) arguments[0]);
    }
    Class<?> one = (Class<?>) type;
    if (one.isRecord()) {
      return record(one);
    }
    if (one == long.class) {
      return Long.MAX_VALUE - next;
    }
    if (one == int.class) {
      return next;
    }
    if (one == boolean.class) {
      return true;
    }
    if (!full) {
      return one.isEnum() ? one.getEnumConstants()[0] : null;
    }
    return object(one);
  }

  private Object object(Class<?> one) {
    if (one == String.class) {
      return "text " + next + " \"\\/\b\f\n\r\t\u0001\u007f\u2028 ä€😀";
    }
    if (one == Long.class) {
      return Long.MAX_VALUE - next;
    }
    if (one == Integer.class) {
      return next;
    }
    if (one == Boolean.class) {
      return true;
    }
    if (one == Instant.class) {
      return Instant.ofEpochSecond(1_800_000_000L + next, 123_000_000);
    }
    if (one.isEnum()) {
      return one.getEnumConstants()[0];
    }
    if (one.isSealed()) {
      return record(one.getPermittedSubclasses()[0]);
    }
    throw new IllegalArgumentException("No sample of " + one);
  }

  /** Every variant of a message is in the list of its kind. */
  private List<?> list(Class<?> element) {
    if (element.isRecord()) {
      return variants(element);
    }
    if (element.isEnum()) {
      return List.of(element.getEnumConstants());
    }
    return List.of(value(element), value(element));
  }

  private List<Object> variants(Class<?> type) {
    List<Object> all = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getType().isSealed()) {
        for (Class<?> permitted : component.getType().getPermittedSubclasses()) {
          all.add(record(type, component, record(permitted)));
        }
      }
    }
    return all.isEmpty() ? List.of(record(type), record(type)) : all;
  }

  private Object record(Class<?> type) {
    return record(type, null, null);
  }

  private Object record(Class<?> type, RecordComponent given, Object value) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] values =
        Stream.of(components)
            .map(one -> one.equals(given) ? value : value(one.getGenericType()))
            .toArray();
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("Cannot make a sample of " + type, e);
    }
  }
}
