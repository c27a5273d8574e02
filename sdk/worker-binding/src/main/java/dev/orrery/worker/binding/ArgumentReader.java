package dev.orrery.worker.binding;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.annotation.JobContext;
import dev.orrery.worker.annotation.Param;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Decides what the parameters of a method get, and refuses those that can get nothing. */
final class ArgumentReader {
  private final BindingPlatform platform;
  private final TypeVariables types;
  private final Consumer<String> refuse;

  ArgumentReader(BindingPlatform platform, TypeVariables types, Consumer<String> refuse) {
    this.platform = platform;
    this.types = types;
    this.refuse = refuse;
  }

  /** Returns the arguments; fewer than the method has parameters if one is refused. */
  List<Argument> read(Method method) {
    Parameter[] parameters = method.getParameters();
    Type[] declared = method.getGenericParameterTypes();
    if (isSuspended(method)) {
      refuse.accept("it is a suspend function, which no run can call. Leave 'suspend' out.");
      return List.of();
    }
    return IntStream.range(0, parameters.length)
        .mapToObj(
            index -> argument(method, parameters[index], types.resolved(declared[index]), index))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Kotlin adds a parameter. */
  private static boolean isSuspended(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .anyMatch(type -> type.getName().equals("kotlin.coroutines.Continuation"));
  }

  private Optional<Argument> argument(Method method, Parameter parameter, Type type, int index) {
    Param param = parameter.getAnnotation(Param.class);
    if (param == null) {
      if (type == AttemptContext.class) {
        return Optional.of(attempt -> attempt);
      }
      if (type == JobContext.class) {
        return Optional.of(AttemptJobContext::new);
      }
      if (isMapOfTexts(type)) {
        return Optional.of(AttemptContext::parameters);
      }
    }
    String name = param == null || param.value().isEmpty() ? null : param.value();
    if (name == null && !parameter.isNamePresent()) {
      refuse.accept(
          "parameter "
              + (index + 1)
              + " has no name in the class file. Name it, @Param(\"…\"), or compile with"
              + " -parameters.");
      return Optional.empty();
    }
    return converted(
        new JobParameter(
            name == null ? parameter.getName() : name,
            valueType(type),
            method,
            index,
            types.erased(type) == Optional.class,
            Optional.ofNullable(param)
                .map(Param::defaultValue)
                .filter(text -> !text.equals(Param.NO_DEFAULT))));
  }

  private Optional<Argument> converted(JobParameter parameter) {
    ParameterConverter converter = platform.converter();
    if (!converter.canConvert(parameter)) {
      refuse.accept(
          "the parameter '"
              + parameter.name()
              + "' has the type "
              + parameter.type().getTypeName()
              + ", to which no text is converted. Take a String, or add a converter for the type.");
      return Optional.empty();
    }
    parameter.defaultValue().ifPresent(text -> check(text, parameter));
    return Optional.of(new ConvertedArgument(parameter, converter));
  }

  private void check(String defaultValue, JobParameter parameter) {
    try {
      platform.converter().convert(defaultValue, parameter);
    } catch (RuntimeException e) {
      refuse.accept(
          "the default '"
              + defaultValue
              + "' of the parameter '"
              + parameter.name()
              + "' is not of type "
              + parameter.type().getTypeName()
              + " ("
              + e.getMessage()
              + "). Correct it.");
    }
  }

  private static Type valueType(Type type) {
    return type instanceof ParameterizedType generic && generic.getRawType() == Optional.class
        ? generic.getActualTypeArguments()[0]
        : type;
  }

  private static boolean isMapOfTexts(Type type) {
    return type instanceof ParameterizedType generic
        && generic.getRawType() == Map.class
        && List.of(generic.getActualTypeArguments()).equals(List.of(String.class, String.class));
  }
}
