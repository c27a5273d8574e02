package dev.orrery.worker.binding;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the methods with job annotations in a class and all its supertypes. A method that overrides
 * an annotated one inherits its annotations, unless it has its own.
 */
public final class AnnotatedMethods {
  private AnnotatedMethods() {}

  /**
   * @param overrides the method, most specific first, and those that it overrides
   */
  record Found(
      List<Method> overrides,
      TypeVariables types,
      Optional<OrreryJob> job,
      List<OrrerySchedule> schedules) {
    Found under(Found specific) {
      return new Found(
          Stream.concat(specific.overrides.stream(), overrides.stream()).toList(),
          types,
          specific.job.or(() -> job),
          specific.schedules.isEmpty() ? schedules : specific.schedules);
    }

    /** The most specific one. */
    Method method() {
      return overrides.get(0);
    }
  }

  /** Returns true if a method of the class has an annotation of a job. */
  public static boolean in(Class<?> type) {
    return !of(type).isEmpty();
  }

  /** Returns the methods, each the most specific one of its overrides. */
  public static List<Method> methods(Class<?> type) {
    return of(type).stream().map(Found::method).toList();
  }

  static List<Found> of(Class<?> type) {
    TypeVariables types = TypeVariables.of(type);
    Map<String, Found> bySignature = new LinkedHashMap<>();
    for (Class<?> declaring : hierarchy(type)) {
      Arrays.stream(declaring.getDeclaredMethods())
          .filter(method -> !method.isSynthetic())
          .sorted(Comparator.comparing(Method::getName))
          .forEach(
              method ->
                  bySignature.merge(
                      signature(method, types),
                      new Found(
                          List.of(method),
                          types,
                          Optional.ofNullable(method.getAnnotation(OrreryJob.class)),
                          List.of(method.getAnnotationsByType(OrrerySchedule.class))),
                      (specific, general) -> general.under(specific)));
    }
    return bySignature.values().stream()
        .filter(found -> found.job().isPresent() || !found.schedules().isEmpty())
        .toList();
  }

  /** Nothing overrides a private method. */
  private static String signature(Method method, TypeVariables types) {
    String owner =
        Modifier.isPrivate(method.getModifiers()) ? method.getDeclaringClass().getName() : "";
    return owner + types.signature(method);
  }

  /** Returns the class, its superclasses, and then all interfaces. */
  static List<Class<?>> hierarchy(Class<?> type) {
    List<Class<?>> classes = new ArrayList<>();
    Set<Class<?>> interfaces = new LinkedHashSet<>();
    for (Class<?> next = type; next != null && next != Object.class; next = next.getSuperclass()) {
      classes.add(next);
      collect(next, interfaces);
    }
    classes.addAll(interfaces);
    return classes;
  }

  private static void collect(Class<?> type, Set<Class<?>> interfaces) {
    for (Class<?> next : type.getInterfaces()) {
      if (interfaces.add(next)) {
        collect(next, interfaces);
      }
    }
  }
}
