package dev.orrery.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.WorkerOperation;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Checks that Jackson's reflection configuration for native programs lists all messages. */
class NativeReflectionTest {
  private static final String LIST =
      "/META-INF/native-image/dev.orrery/orrery-protocol/reflect-config.json";

  @Test
  void listsExactlyTheTypesUsedInMessages() throws IOException {
    Set<String> needed = new TreeSet<>();
    for (WorkerOperation<?, ?> verb : WorkerOperation.ALL) {
      collect(verb.request(), needed);
      collect(verb.response(), needed);
    }
    collect(ProblemDetail.class, needed);
    Set<String> listed = new TreeSet<>();
    try (InputStream list = NativeReflectionTest.class.getResourceAsStream(LIST)) {
      for (JsonNode entry : new ObjectMapper().readTree(list)) {
        listed.add(entry.get("name").asText());
        assertThat(entry.get("allDeclaredConstructors").booleanValue()).isTrue();
        assertThat(entry.get("allDeclaredMethods").booleanValue()).isTrue();
        assertThat(entry.get("allDeclaredFields").booleanValue()).isTrue();
      }
    }

    assertThat(listed).isEqualTo(needed);
  }

  private static void collect(Type type, Set<String> types) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        collect(argument, types);
      }
    } else if (type instanceof Class<?> ours
        && ours.getName().startsWith("dev.orrery.")
        && types.add(ours.getName())) {
      // Ours stand for those of Jackson, which it finds there.
      for (Annotation annotation : ours.getAnnotations()) {
        collect(annotation.annotationType(), types);
      }
      if (ours.isRecord()) {
        for (RecordComponent component : ours.getRecordComponents()) {
          collect(component.getGenericType(), types);
        }
      }
      if (ours.isSealed()) {
        for (Class<?> permitted : ours.getPermittedSubclasses()) {
          collect(permitted, types);
        }
      }
    }
  }
}
