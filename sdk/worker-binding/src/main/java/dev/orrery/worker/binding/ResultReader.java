package dev.orrery.worker.binding;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Decides how the result of a method is written, and refuses results that cannot be. */
final class ResultReader {
  /** These end before their work does; the names are of libraries that may be absent. */
  private static final Set<String> LATER =
      Set.of(
          Future.class.getName(),
          CompletionStage.class.getName(),
          "java.util.concurrent.Flow$Publisher",
          "org.reactivestreams.Publisher",
          "io.smallrye.mutiny.Uni");

  private final BindingPlatform platform;
  private final Consumer<String> refuse;

  ResultReader(BindingPlatform platform, Consumer<String> refuse) {
    this.platform = platform;
    this.refuse = refuse;
  }

  ResultWriter read(Method method) {
    Class<?> type = method.getReturnType();
    if (supertypes(type).anyMatch(each -> LATER.contains(each.getName()))) {
      refuse.accept(
          "it returns a "
              + type.getSimpleName()
              + ", and the run would end before its work does. Wait for the result and return"
              + " that.");
      return Object::toString;
    }
    if (type == void.class
        || type == Void.class
        || CharSequence.class.isAssignableFrom(type)
        || type == boolean.class
        || type == Boolean.class
        || (type.isPrimitive() && type != char.class)
        || Number.class.isAssignableFrom(type)) {
      return Object::toString;
    }
    Optional<ResultWriter> json = platform.results();
    if (json.isEmpty()) {
      refuse.accept(
          "it returns a "
              + type.getSimpleName()
              + ", and there is no library that writes it as JSON. Return a String, or add one.");
      return Object::toString;
    }
    ResultWriter writer = json.get();
    return result -> result instanceof CharSequence text ? text.toString() : writer.write(result);
  }

  private static Stream<Class<?>> supertypes(Class<?> type) {
    Stream<Class<?>> above =
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
            .flatMap(ResultReader::supertypes);
    return Stream.concat(Stream.of(type), above);
  }
}
