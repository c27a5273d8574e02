package dev.orrery.worker.processor;

import dev.orrery.worker.annotation.JobContext;
import dev.orrery.worker.annotation.Param;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.PrimitiveType;
import javax.lang.model.type.TypeMirror;

/**
 * A parameter of a job, and the record component that is generated for it.
 *
 * @param name in the job document
 * @param component its name in the record
 * @param type as the source of the record has it; a type that only JSON or a converter of the
 *     application can write is a text
 * @param description of the component
 */
record JobField(String name, String component, String type, String description) {
  /** That of the SDK, by its name: the processor does not need the SDK. */
  private static final Set<String> CONTEXTS =
      Set.of(JobContext.class.getName(), "dev.orrery.worker.AttemptContext");

  private static final String TEXT = "String";

  /** The types whose texts are values of the same type; docs/values.md has the table. */
  private static final Set<String> WRITABLE =
      Set.of(
          "java.lang.String",
          "java.lang.CharSequence",
          "java.lang.Boolean",
          "java.lang.Byte",
          "java.lang.Short",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Float",
          "java.lang.Double",
          "java.lang.Character",
          "java.math.BigInteger",
          "java.math.BigDecimal",
          "java.time.Duration",
          "java.time.Period",
          "java.time.Instant",
          "java.time.LocalDate",
          "java.time.LocalTime",
          "java.time.LocalDateTime",
          "java.time.OffsetDateTime",
          "java.time.OffsetTime",
          "java.time.ZonedDateTime",
          "java.time.Year",
          "java.time.YearMonth",
          "java.time.MonthDay",
          "java.time.ZoneId",
          "java.time.ZoneOffset",
          "java.util.UUID",
          "java.util.Locale",
          "java.util.Currency",
          "java.util.regex.Pattern",
          "java.net.URI",
          "java.nio.file.Path",
          "java.nio.charset.Charset",
          "java.io.File");

  /** Names that a component of a record may not have, and that of our method. */
  private static final Set<String> RESERVED =
      Set.of(
          "clone",
          "finalize",
          "getClass",
          "hashCode",
          "notify",
          "notifyAll",
          "toString",
          "wait",
          "toMap");

  /** Returns the field; empty for a context, and for a map of all parameters. */
  static Optional<JobField> of(VariableElement parameter) {
    Param param = parameter.getAnnotation(Param.class);
    TypeMirror type = parameter.asType();
    String typeName = nameOf(type);
    if (CONTEXTS.contains(typeName) || (typeName.equals(Map.class.getName()) && param == null)) {
      return Optional.empty();
    }
    String source = parameter.getSimpleName().toString();
    String name = param == null || param.value().isEmpty() ? source : param.value();
    boolean isOptional = typeName.equals(Optional.class.getName());
    boolean hasDefault = param != null && !param.defaultValue().equals(Param.NO_DEFAULT);
    TypeMirror value = isOptional ? argument(type) : type;
    boolean mayBeNull = isOptional || hasDefault;
    return Optional.of(
        new JobField(
            name,
            RESERVED.contains(source) ? source + "_" : source,
            written(value, mayBeNull),
            "the parameter {@code " + name + "}" + remark(value, mayBeNull)));
  }

  private static TypeMirror argument(TypeMirror optional) {
    List<? extends TypeMirror> arguments = ((DeclaredType) optional).getTypeArguments();
    return arguments.isEmpty() ? optional : arguments.get(0);
  }

  private static String remark(TypeMirror type, boolean mayBeNull) {
    String ofText = isWritable(type) ? "" : ", a text that is read as " + nameOf(type);
    return ofText + (mayBeNull ? "; null for none" : "");
  }

  private static String written(TypeMirror type, boolean mayBeNull) {
    if (!isWritable(type)) {
      return TEXT;
    }
    return type instanceof PrimitiveType primitive && mayBeNull ? boxed(primitive) : nameOf(type);
  }

  private static boolean isWritable(TypeMirror type) {
    return type instanceof PrimitiveType
        || WRITABLE.contains(nameOf(type))
        || (type instanceof DeclaredType declared
            && declared.asElement().getKind() == ElementKind.ENUM
            && isAccessible(declared.asElement()));
  }

  private static boolean isAccessible(Element type) {
    return !(type instanceof TypeElement)
        || (!type.getModifiers().contains(Modifier.PRIVATE)
            && isAccessible(type.getEnclosingElement()));
  }

  private static String boxed(PrimitiveType type) {
    return switch (type.getKind()) {
      case INT -> "Integer";
      case CHAR -> "Character";
      default -> {
        String name = nameOf(type);
        yield name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
      }
    };
  }

  private static String nameOf(TypeMirror type) {
    if (type instanceof DeclaredType declared && declared.asElement() instanceof TypeElement of) {
      return of.getQualifiedName().toString();
    }
    return type instanceof PrimitiveType
        ? type.getKind().name().toLowerCase(Locale.ROOT)
        : type.toString();
  }
}
