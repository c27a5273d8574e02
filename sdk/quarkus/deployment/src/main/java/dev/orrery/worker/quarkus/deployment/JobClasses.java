package dev.orrery.worker.quarkus.deployment;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.annotation.OrrerySchedules;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationTarget.Kind;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.MethodInfo;

/**
 * The classes and interfaces of an application that declare methods with {@code @OrreryJob} or
 * {@code @OrrerySchedule}, and their subtypes.
 */
final class JobClasses {
  private static final DotName JOB = DotName.createSimple(OrreryJob.class);
  private static final DotName SCHEDULE = DotName.createSimple(OrrerySchedule.class);
  private static final DotName SCHEDULES = DotName.createSimple(OrrerySchedules.class);

  private final IndexView index;
  private final List<MethodInfo> methods;
  private final Set<DotName> names = new LinkedHashSet<>();

  private JobClasses(IndexView index, List<MethodInfo> methods) {
    this.index = index;
    this.methods = methods;
    methods.forEach(method -> names.addAll(family(method.declaringClass())));
  }

  static JobClasses in(IndexView index) {
    return new JobClasses(
        index,
        Stream.of(JOB, SCHEDULE, SCHEDULES)
            .flatMap(annotation -> index.getAnnotations(annotation).stream())
            .map(AnnotationInstance::target)
            .filter(target -> target.kind() == Kind.METHOD)
            .map(target -> target.asMethod())
            .distinct()
            .toList());
  }

  /** Returns the annotated methods. */
  List<MethodInfo> methods() {
    return methods;
  }

  /** Returns true for an annotated method, and for one that may override it. */
  boolean contains(MethodInfo method) {
    return contains(method.declaringClass().name())
        && methods.stream().anyMatch(annotated -> annotated.name().equals(method.name()));
  }

  boolean contains(DotName name) {
    return names.contains(name);
  }

  /** Returns the class and all that inherit its methods. */
  Set<DotName> family(ClassInfo declaring) {
    Set<DotName> family = new LinkedHashSet<>();
    family.add(declaring.name());
    List<ClassInfo> heirs = new ArrayList<>(index.getAllKnownSubclasses(declaring.name()));
    heirs.addAll(index.getAllKnownImplementations(declaring.name()));
    heirs.forEach(heir -> family.add(heir.name()));
    return family;
  }

  ClassInfo byName(DotName name) {
    return index.getClassByName(name);
  }
}
