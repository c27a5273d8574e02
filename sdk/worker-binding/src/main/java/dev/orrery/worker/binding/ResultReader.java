package dev.orrery.worker.binding;

import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.worker.annotation.NonRetryableException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Decides how the result of a job method is written as text, and refuses types that cannot be
 * written.
 */
final class ResultReader {
  /** Of UTF-8, for each UTF-16 code unit. */
  private static final int MAX_BYTES_OF_CHAR = 3;

  private static final Set<Class<?>> OPTIONAL_NUMBERS =
      Set.of(OptionalInt.class, OptionalLong.class, OptionalDouble.class);

  private final BindingPlatform platform;
  private final TypeVariables types;
  private final Consumer<String> refuse;

  ResultReader(BindingPlatform platform, TypeVariables types, Consumer<String> refuse) {
    this.platform = platform;
    this.types = types;
    this.refuse = refuse;
  }

  ResultWriter read(Method method) {
    check(types.resolved(method.getGenericReturnType()));
    Optional<ResultWriter> json = platform.results();
    return result ->
        bounded(
            isText(result.getClass()) || json.isEmpty()
                ? result.toString()
                : json.get().write(result));
  }

  /** What would lose its end is refused: JSON without its end is none. */
  private static String bounded(String text) throws NonRetryableException {
    if (text.length() > MessageLimits.MAX_RESULT_BYTES / MAX_BYTES_OF_CHAR) {
      int size = BoundedText.replaceUnstorable(text).getBytes(StandardCharsets.UTF_8).length;
      if (size > MessageLimits.MAX_RESULT_BYTES) {
        throw new NonRetryableException(
            "The method has done its work, but its result has "
                + size
                + " bytes, and a run keeps at most "
                + MessageLimits.MAX_RESULT_BYTES
                + ". Return less, such as where the rest is.");
      }
    }
    return text;
  }

  private void check(Type type) {
    Class<?> raw = types.erased(type);
    Optional<LaterType> later = LaterType.of(raw);
    if (later.isPresent() && later.get() == LaterType.REFUSED) {
      refuse.accept(LaterType.refusal(raw));
    } else if (later.isPresent() || raw == Optional.class) {
      List<Type> values = arguments(type);
      check(values.size() == 1 ? values.get(0) : Object.class);
    } else {
      Optional<Class<?>> within =
          within(type).filter(item -> LaterType.of(item).isPresent()).findFirst();
      if (within.isPresent()) {
        refuse.accept(LaterType.refusalWithin(raw, within.get()));
      } else if (!isText(raw)) {
        requireJson(raw);
      }
    }
  }

  private void requireJson(Class<?> type) {
    if (platform.results().isEmpty()) {
      refuse.accept(
          "it returns a "
              + type.getSimpleName()
              + ", and there is no library that writes it as JSON. Return a String, or add one.");
    }
  }

  /** Such values need no JSON. */
  private static boolean isText(Class<?> type) {
    return type == void.class
        || type == Void.class
        || CharSequence.class.isAssignableFrom(type)
        || type == boolean.class
        || type == Boolean.class
        || (type.isPrimitive() && type != char.class)
        || Number.class.isAssignableFrom(type)
        || OPTIONAL_NUMBERS.contains(type);
  }

  /** The classes of the arguments of a generic type, and of theirs. */
  private Stream<Class<?>> within(Type type) {
    if (types.erased(type).isArray()) {
      return Stream.of(types.erased(type).getComponentType());
    }
    return arguments(type).stream()
        .flatMap(argument -> Stream.concat(Stream.of(types.erased(argument)), within(argument)));
  }

  private static List<Type> arguments(Type type) {
    return type instanceof ParameterizedType generic
        ? List.of(generic.getActualTypeArguments())
        : List.of();
  }
}
