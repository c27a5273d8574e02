package dev.orrery.worker.processor;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/** Generates the source of a class with the names and parameters of the jobs of another class. */
final class JobNamesSource {
  private static final String PUT =
      """

        private static void put(Map<String, String> all, String name, Object value) {
          if (value instanceof Enum<?> constant) {
            all.put(name, constant.name());
          } else if (value instanceof Locale locale) {
            all.put(name, locale.toLanguageTag());
          } else if (value != null) {
            all.put(name, value.toString());
          }
        }
      """;

  private final TypeElement type;
  private final List<ExecutableElement> methods;
  private final Elements elements;

  JobNamesSource(TypeElement type, List<ExecutableElement> methods, Elements elements) {
    this.type = type;
    this.methods = methods;
    this.elements = elements;
  }

  /** Returns the full name: that of the class, without dots between nested ones, and Jobs. */
  String name() {
    String inPackage = packageName();
    return (inPackage.isEmpty() ? "" : inPackage + ".") + simpleName();
  }

  private String packageName() {
    PackageElement ofType = elements.getPackageOf(type);
    return ofType.getQualifiedName().toString();
  }

  private String simpleName() {
    StringBuilder name = new StringBuilder(type.getSimpleName());
    for (Element outer = type.getEnclosingElement();
        outer instanceof TypeElement;
        outer = outer.getEnclosingElement()) {
      name.insert(0, outer.getSimpleName());
    }
    return name.append("Jobs").toString();
  }

  String text() {
    StringBuilder text = new StringBuilder();
    if (!packageName().isEmpty()) {
      text.append("package ").append(packageName()).append(";\n\n");
    }
    text.append("import java.util.LinkedHashMap;\nimport java.util.Locale;\n");
    text.append("import java.util.Map;\n\n");
    text.append("/** Names and parameters of the jobs of {@link ")
        .append(type.getQualifiedName())
        .append("}. */\n");
    text.append("@javax.annotation.processing.Generated(\"")
        .append(JobNamesProcessor.class.getName())
        .append("\")\n");
    text.append(isPublic() ? "public " : "").append("final class ").append(simpleName());
    text.append(" {\n  private ").append(simpleName()).append("() {}\n");
    Set<String> taken = new HashSet<>();
    methods.forEach(method -> append(text, method, taken));
    return text.append(PUT).append("}\n").toString();
  }

  private boolean isPublic() {
    Element each = type;
    while (each instanceof TypeElement && each.getModifiers().contains(Modifier.PUBLIC)) {
      each = each.getEnclosingElement();
    }
    return each instanceof PackageElement;
  }

  private void append(StringBuilder text, ExecutableElement method, Set<String> taken) {
    String methodName = unique(method.getSimpleName().toString(), taken);
    String constant = methodName.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
    text.append("\n  /** The job of {@code ").append(method.getSimpleName()).append("}. */\n");
    text.append("  public static final String ").append(constant).append(" = ");
    text.append(elements.getConstantExpression(jobName(method))).append(";\n");
    List<JobField> fields =
        method.getParameters().stream()
            .map(JobField::of)
            .flatMap(Optional::stream)
            .collect(Collectors.toList());
    if (!fields.isEmpty()) {
      appendRecord(text, recordName(methodName), constant, fields);
    }
  }

  private static String unique(String name, Set<String> taken) {
    String unique = name;
    for (int n = 2; !taken.add(unique); n++) {
      unique = name + n;
    }
    return unique;
  }

  private static String recordName(String methodName) {
    return methodName.substring(0, 1).toUpperCase(Locale.ROOT) + methodName.substring(1);
  }

  /** Returns the name of the only declared job, or else that of the processor. */
  private static String jobName(ExecutableElement method) {
    OrrerySchedule[] schedules = method.getAnnotationsByType(OrrerySchedule.class);
    boolean isNamed =
        schedules.length == 1
            && !schedules[0].name().isEmpty()
            && !schedules[0].name().contains("${");
    return isNamed ? schedules[0].name() : method.getAnnotation(OrreryJob.class).value();
  }

  private void appendRecord(
      StringBuilder text, String name, String constant, List<JobField> fields) {
    text.append("\n  /**\n   * The parameters of {@link #").append(constant).append("}.\n   *\n");
    fields.forEach(
        field ->
            text.append("   * @param ")
                .append(field.component())
                .append(" ")
                .append(field.description())
                .append("\n"));
    text.append("   */\n  public record ").append(name).append("(");
    text.append(
        fields.stream()
            .map(field -> field.type() + " " + field.component())
            .collect(Collectors.joining(", ")));
    text.append(") {\n    /** Returns them as a run gets them, without those that are null. */\n");
    text.append("    public Map<String, String> toMap() {\n");
    text.append("      Map<String, String> all = new LinkedHashMap<>();\n");
    fields.forEach(
        field ->
            text.append("      put(all, ")
                .append(elements.getConstantExpression(field.name()))
                .append(", ")
                .append(field.component())
                .append(");\n"));
    text.append("      return all;\n    }\n  }\n");
  }
}
