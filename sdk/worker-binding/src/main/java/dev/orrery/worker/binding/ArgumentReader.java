package dev.orrery.worker.binding;

import dev.orrery.protocol.text.ResourceText;
import dev.orrery.protocol.text.TraceParent;
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
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Decides which value each parameter of a job method receives, and refuses parameters that cannot
 * have one.
 */
final class ArgumentReader {
  private static final Set<String> FORMATS =
      Set.of(
          "org.springframework.format.annotation.DateTimeFormat",
          "org.springframework.format.annotation.NumberFormat");

  private static final Set<String> INJECTIONS =
      Set.of(
          "org.springframework.beans.factory.annotation.Value",
          "org.springframework.beans.factory.annotation.Autowired",
          "org.eclipse.microprofile.config.inject.ConfigProperty");

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
        .mapToObj(index -> argument(parameters[index], types.resolved(declared[index]), index))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Kotlin adds a parameter. */
  private static boolean isSuspended(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .anyMatch(type -> type.getName().equals("kotlin.coroutines.Continuation"));
  }

  private Optional<Argument> argument(Parameter parameter, Type type, int index) {
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
    String read = name == null ? parameter.getName() : name;
    unread(parameter, read);
    if (!ResourceText.isName(read) || TraceParent.isReserved(read)) {
      refuse.accept(
          "no run can have a parameter '"
              + read
              + "': its name "
              + ResourceText.RULE
              + ", and must not begin with orrery. Name it, @Param(\"…\").");
      return Optional.empty();
    }
    return converted(
        new JobParameter(
            read,
            valueType(type),
            types.erased(type) == Optional.class,
            Optional.ofNullable(param)
                .map(Param::defaultValue)
                .filter(text -> !text.equals(Param.NO_DEFAULT))));
  }

  /** Texts have one form, whatever such an annotation says. */
  private void unread(Parameter parameter, String name) {
    Arrays.stream(parameter.getAnnotations())
        .map(annotation -> annotation.annotationType())
        .filter(type -> INJECTIONS.contains(type.getName()))
        .forEach(
            type ->
                refuse.accept(
                    "the parameter '"
                        + name
                        + "' has @"
                        + type.getSimpleName()
                        + ", which is not read: it would be a parameter of the run. Put it on a"
                        + " field, or on a parameter of the constructor."));
    Arrays.stream(parameter.getAnnotations())
        .map(annotation -> annotation.annotationType())
        .filter(type -> FORMATS.contains(type.getName()))
        .forEach(
            type ->
                refuse.accept(
                    "the parameter '"
                        + name
                        + "' has @"
                        + type.getSimpleName()
                        + ", which is not read: values have the form of ISO 8601. Leave it out, or"
                        + " take a String."));
  }

  private Optional<Argument> converted(JobParameter parameter) {
    Optional<ValueReader> reader = new ValueReaders(platform).of(parameter.type());
    if (reader.isEmpty()) {
      refuse.accept(
          "the parameter '"
              + parameter.name()
              + "' has the type "
              + parameter.type().getTypeName()
              + ", to which no text is converted. "
              + (types.erased(parameter.type()).getName().startsWith("java.")
                  ? "Take a String, or a type of the table, such as Instant or LocalDate."
                  : "Take a String, or add a converter for the type, or for a record a library that"
                      + " reads JSON."));
      return Optional.empty();
    }
    ConvertedArgument argument = new ConvertedArgument(parameter, reader.get());
    argument
        .refusedDefault()
        .ifPresent(
            why ->
                refuse.accept(
                    "the default '"
                        + parameter.defaultValue().orElseThrow()
                        + "' of the parameter '"
                        + parameter.name()
                        + "' is not of type "
                        + parameter.type().getTypeName()
                        + " ("
                        + why
                        + "). Correct it."));
    return Optional.of(argument);
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
