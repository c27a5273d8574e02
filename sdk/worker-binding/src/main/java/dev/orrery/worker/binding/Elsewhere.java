package dev.orrery.worker.binding;

import dev.orrery.worker.binding.AnnotatedMethods.Found;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Refuses job methods with an annotation with which a run is not a call of the method: it returns
 * before its work, on another thread, is done, or a cache answers, or another schedule calls it,
 * too. The annotations are recognized by their names, because their libraries may be absent.
 */
final class Elsewhere {
  private static final Set<String> ON_METHOD_OR_CLASS =
      Set.of(
          "org.springframework.scheduling.annotation.Async",
          "org.eclipse.microprofile.faulttolerance.Asynchronous",
          "io.smallrye.faulttolerance.api.AsynchronousNonBlocking",
          "jakarta.enterprise.concurrent.Asynchronous",
          "jakarta.ejb.Asynchronous",
          "javax.ejb.Asynchronous");

  private static final Set<String> CACHES =
      Set.of(
          "org.springframework.cache.annotation.Cacheable",
          "io.quarkus.cache.CacheResult",
          "javax.cache.annotation.CacheResult");

  private static final Set<String> SCHEDULES =
      Set.of(
          "org.springframework.scheduling.annotation.Scheduled",
          "org.springframework.scheduling.annotation.Schedules",
          "io.quarkus.scheduler.Scheduled",
          "io.quarkus.scheduler.Scheduled$Schedules",
          "jakarta.ejb.Schedule",
          "jakarta.ejb.Schedules",
          "javax.ejb.Schedule",
          "javax.ejb.Schedules");

  /** On a class, it is about the methods that requests call. */
  private static final String NON_BLOCKING = "io.smallrye.common.annotation.NonBlocking";

  private Elsewhere() {}

  /** Returns why the method must not have its annotations, or those of its class. */
  static Optional<String> refusal(Class<?> type, Found found) {
    Stream<Annotation> ofMethod = found.overrides().stream().flatMap(Elsewhere::annotations);
    Stream<Annotation> ofClass =
        AnnotatedMethods.hierarchy(type).stream()
            .flatMap(Elsewhere::annotations)
            .filter(annotation -> !name(annotation).equals(NON_BLOCKING));
    List<Annotation> all = Stream.concat(ofMethod, ofClass).toList();
    return elsewhere(all)
        .or(() -> first(all, CACHES).map(Elsewhere::cached))
        .or(
            () ->
                first(all, SCHEDULES)
                    .filter(scheduled -> !found.schedules().isEmpty())
                    .map(Elsewhere::scheduled));
  }

  private static Optional<Annotation> first(List<Annotation> all, Set<String> names) {
    return all.stream().filter(annotation -> names.contains(name(annotation))).findFirst();
  }

  private static String cached(Annotation annotation) {
    return "it has @"
        + annotation.annotationType().getSimpleName()
        + ", by itself, its class or another annotation, and a run would get the result of an"
        + " earlier one without a call. Leave it out, or put it on a method that this one calls.";
  }

  private static String scheduled(Annotation annotation) {
    return "it has @"
        + annotation.annotationType().getSimpleName()
        + " beside @OrrerySchedule, so each process would run it by a schedule of its own, too."
        + " Leave one of them out.";
  }

  private static Optional<String> elsewhere(List<Annotation> all) {
    return all.stream()
        .filter(
            annotation ->
                ON_METHOD_OR_CLASS.contains(name(annotation))
                    || name(annotation).equals(NON_BLOCKING))
        .findFirst()
        .map(
            annotation ->
                "it has @"
                    + annotation.annotationType().getSimpleName()
                    + ", by itself, its class or another annotation, and the run would end before"
                    + " its work does. Leave that out: each run has a thread of its own, which may"
                    + " block.");
  }

  private static String name(Annotation annotation) {
    return annotation.annotationType().getName();
  }

  /** Returns the annotations, and those that they have. */
  private static Stream<Annotation> annotations(AnnotatedElement element) {
    Set<Annotation> all = new HashSet<>();
    collect(element, all);
    return all.stream();
  }

  private static void collect(AnnotatedElement element, Set<Annotation> all) {
    Arrays.stream(element.getAnnotations())
        .filter(annotation -> !name(annotation).startsWith("java."))
        .filter(all::add)
        .forEach(annotation -> collect(annotation.annotationType(), all));
  }
}
