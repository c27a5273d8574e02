package dev.orrery.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.WorkerOperation;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Checks that every text and list of a request declares its bound. */
class MessageBoundsTest {
  private final Set<Class<?>> requests = new LinkedHashSet<>();

  MessageBoundsTest() {
    WorkerOperation.ALL.forEach(operation -> collect(operation.request()));
  }

  @Test
  void findsRequestsWithTheirNestedTypes() {
    assertThat(requests)
        .contains(
            WorkerOffer.class, AttemptReport.class, LogsRequest.Line.class, ProgressUpdate.class);
  }

  @Test
  void boundsEveryStringAndListInRequests() {
    List<String> unbounded = new ArrayList<>();
    for (Class<?> request : requests) {
      for (RecordComponent component : request.getRecordComponents()) {
        if (!isBounded(component)) {
          unbounded.add(request.getSimpleName() + "." + component.getName());
        }
      }
    }

    assertThat(unbounded).isEmpty();
  }

  private static boolean isBounded(RecordComponent component) {
    Class<?> type = component.getType();
    Bounded bound = component.getAnnotation(Bounded.class);
    if (type.isPrimitive() || type.isEnum() || Number.class.isAssignableFrom(type)) {
      return true;
    }
    if (type == Boolean.class) {
      return true;
    }
    if (type == String.class) {
      return bound != null && bound.max() > 0;
    }
    // A map, an array or anything new has to be thought of here first.
    return type == List.class
        && bound != null
        && bound.max() > 0
        && (element(component) != String.class || bound.each() > 0);
  }

  private void collect(Type type) {
    if (type instanceof Class<?> record && record.isRecord() && requests.add(record)) {
      for (RecordComponent component : record.getRecordComponents()) {
        collect(component.getType() == List.class ? element(component) : component.getType());
      }
    }
  }

  private static Type element(RecordComponent list) {
    return ((ParameterizedType) list.getGenericType()).getActualTypeArguments()[0];
  }
}
