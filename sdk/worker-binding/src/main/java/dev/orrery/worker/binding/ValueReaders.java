package dev.orrery.worker.binding;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Finds the {@link ValueReader} for a type: the table of the JDK's types, the converters of the
 * application for its own types, and for those without one a factory method, JSON (records) or a
 * constructor.
 */
final class ValueReaders {
  private static final List<String> FACTORIES =
      List.of("parse", "valueOf", "fromString", "of", "create");

  private final BindingPlatform platform;

  ValueReaders(BindingPlatform platform) {
    this.platform = platform;
  }

  /** Returns the reader; empty if no text is converted to the type. */
  Optional<ValueReader> of(Type type) {
    return isOfJson(type) ? json(type) : ofParts(type);
  }

  private Optional<ValueReader> json(Type type) {
    return platform
        .results()
        .filter(JsonFormat.class::isInstance)
        .map(format -> new ValueReader.Json(type, (JsonFormat) format));
  }

  /** Returns true for a record that nothing else converts, and for a collection of such. */
  private boolean isOfJson(Type type) {
    if (type instanceof ParameterizedType generic) {
      return isRecord(generic.getRawType())
          || Arrays.stream(generic.getActualTypeArguments()).anyMatch(this::isOfJson);
    }
    return type instanceof Class<?> plain
        && (plain.isArray() ? isOfJson(plain.getComponentType()) : isRecord(plain))
        && single(plain).isEmpty();
  }

  private static boolean isRecord(Type type) {
    return type instanceof Class<?> plain && plain.isRecord();
  }

  private Optional<ValueReader> ofParts(Type type) {
    if (type instanceof ParameterizedType generic) {
      return ofGeneric((Class<?>) generic.getRawType(), generic.getActualTypeArguments());
    }
    if (!(type instanceof Class<?> plain)) {
      return Optional.empty();
    }
    if (plain.isArray()) {
      Class<?> component = plain.getComponentType();
      return component == byte.class || component == char.class
          ? Optional.empty()
          : of(component)
              .map(item -> new ValueReader.Many(item, ValueReader.Many.array(component)));
    }
    return single(plain).map(conversion -> new ValueReader.Single(plain, conversion));
  }

  private Optional<ValueReader> ofGeneric(Class<?> raw, Type[] arguments) {
    if (raw == List.class || raw == Collection.class || raw == Iterable.class) {
      return of(arguments[0]).map(item -> new ValueReader.Many(item, ArrayList::new));
    }
    if (raw == Set.class) {
      return of(arguments[0]).map(item -> new ValueReader.Many(item, LinkedHashSet::new));
    }
    if (raw == Map.class) {
      return of(arguments[0])
          .filter(key -> key instanceof ValueReader.Single)
          .flatMap(key -> of(arguments[1]).map(value -> new ValueReader.ByKey(key, value)));
    }
    return Optional.empty();
  }

  private Optional<Function<String, Object>> single(Class<?> type) {
    if (type.isPrimitive() || type.getName().startsWith("java.")) {
      return SimpleTypes.of(type);
    }
    ParameterConverter converter = platform.converter();
    if (converter.canConvert(type)) {
      return Optional.of(text -> converter.convert(text, type));
    }
    return SimpleTypes.of(type).or(() -> factory(type)).or(() -> constructor(type));
  }

  private static Optional<Function<String, Object>> factory(Class<?> type) {
    return FACTORIES.stream()
        .flatMap(
            name ->
                Stream.of(String.class, CharSequence.class)
                    .flatMap(argument -> factory(type, name, argument)))
        .findFirst()
        .map(method -> text -> called(() -> method.invoke(null, text)));
  }

  private static Stream<Method> factory(Class<?> type, String name, Class<?> argument) {
    return Arrays.stream(type.getMethods())
        .filter(
            method ->
                method.getName().equals(name)
                    && Modifier.isStatic(method.getModifiers())
                    && Modifier.isPublic(type.getModifiers())
                    && type.isAssignableFrom(method.getReturnType())
                    && Arrays.equals(method.getParameterTypes(), new Class<?>[] {argument}));
  }

  /** A record is read from JSON. */
  private static Optional<Function<String, Object>> constructor(Class<?> type) {
    if (type.isRecord()
        || Modifier.isAbstract(type.getModifiers())
        || !Modifier.isPublic(type.getModifiers())) {
      return Optional.empty();
    }
    return Arrays.stream(type.getConstructors())
        .filter(
            constructor ->
                Arrays.equals(constructor.getParameterTypes(), new Class<?>[] {String.class}))
        .findFirst()
        .map(ValueReaders::made);
  }

  private static Function<String, Object> made(Constructor<?> constructor) {
    return text -> called(() -> constructor.newInstance(text));
  }

  private interface Call {
    Object make() throws ReflectiveOperationException;
  }

  private static Object called(Call call) {
    try {
      return call.make();
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalArgumentException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("A public member of a public class can be called", e);
    }
  }
}
