package dev.orrery.worker.binding;

import dev.orrery.protocol.text.DurationText;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Converts to types of the JDK: texts, numbers, booleans, enums, paths, and types with a factory
 * method such as {@code LocalDate.parse} or {@code URI.create}.
 */
public final class JdkConverter implements ParameterConverter {
  private static final List<String> FACTORIES =
      List.of("parse", "valueOf", "fromString", "create", "of");

  private static final Map<Class<?>, Class<?>> WRAPPERS =
      Map.of(
          boolean.class, Boolean.class,
          byte.class, Byte.class,
          short.class, Short.class,
          int.class, Integer.class,
          long.class, Long.class,
          float.class, Float.class,
          double.class, Double.class);

  private static final Map<Class<?>, Function<String, Object>> SPECIAL =
      Map.of(
          String.class, text -> text,
          CharSequence.class, text -> text,
          Object.class, text -> text,
          Boolean.class, JdkConverter::flag,
          Path.class, Path::of,
          Duration.class, DurationText::parse,
          BigDecimal.class, BigDecimal::new,
          BigInteger.class, BigInteger::new);

  @Override
  public boolean canConvert(JobParameter parameter) {
    return conversion(parameter.type()).isPresent();
  }

  @Override
  public Object convert(String text, JobParameter parameter) {
    return conversion(parameter.type()).orElseThrow().apply(text);
  }

  private static Optional<Function<String, Object>> conversion(Type type) {
    if (!(type instanceof Class<?> given)) {
      return Optional.empty();
    }
    Class<?> target = WRAPPERS.getOrDefault(given, given);
    Function<String, Object> special = SPECIAL.get(target);
    if (special != null) {
      return Optional.of(special);
    }
    return factory(target).map(method -> text -> call(method, text));
  }

  private static Optional<Method> factory(Class<?> type) {
    return FACTORIES.stream()
        .flatMap(
            name ->
                Stream.of(String.class, CharSequence.class)
                    .flatMap(argument -> method(type, name, argument)))
        .findFirst();
  }

  private static Stream<Method> method(Class<?> type, String name, Class<?> argument) {
    return Arrays.stream(type.getMethods())
        .filter(
            method ->
                method.getName().equals(name)
                    && Modifier.isStatic(method.getModifiers())
                    && Modifier.isPublic(type.getModifiers())
                    && type.isAssignableFrom(method.getReturnType())
                    && Arrays.equals(method.getParameterTypes(), new Class<?>[] {argument}));
  }

  private static Object call(Method factory, String text) {
    try {
      return factory.invoke(null, text);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalArgumentException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("A public method of a public class can be called", e);
    }
  }

  private static Object flag(String text) {
    return switch (text.strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("must be true or false");
    };
  }
}
