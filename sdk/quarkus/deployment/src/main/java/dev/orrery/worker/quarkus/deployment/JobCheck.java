package dev.orrery.worker.quarkus.deployment;

import dev.orrery.worker.binding.BindingPlatform;
import dev.orrery.worker.binding.InvalidJobsException;
import dev.orrery.worker.binding.JobCollector;
import dev.orrery.worker.binding.JobTarget;
import io.quarkus.arc.processor.BeanInfo;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.MethodInfo;

/**
 * Checks at build time, as the application does at its start, that its jobs are valid, and that
 * each class with jobs is a bean.
 */
final class JobCheck {
  /** Nothing is called while an application is built. */
  private static final JobTarget NEVER =
      call -> {
        throw new IllegalStateException("No job runs while the application is built");
      };

  private final JobClasses classes;
  private final JobCollector collector;
  private final Map<String, String> found = new LinkedHashMap<>();
  private final Set<DotName> types = new LinkedHashSet<>();

  JobCheck(JobClasses classes, BindingPlatform platform) {
    this.classes = classes;
    collector = new JobCollector(platform);
  }

  /** Adds the bean if its class has jobs. */
  void add(BeanInfo bean) {
    DotName type = bean.getProviderType().name();
    if (!classes.contains(type) || bean.isInterceptor() || bean.isDecorator()) {
      return;
    }
    types.add(type);
    found.put(bean.getIdentifier(), type.toString());
    try {
      Class<?> loaded =
          Class.forName(type.toString(), false, Thread.currentThread().getContextClassLoader());
      collector.add(loaded, bean.isClassBean() ? "" : "(" + bean + ")", NEVER);
    } catch (ClassNotFoundException | LinkageError e) {
      collector.refuse(
          type + ": the class cannot be loaded (" + e + "). Add what it needs to the class path.");
    }
  }

  /**
   * Returns the names of classes by the identifiers of the beans. To be called once, after all
   * beans.
   *
   * @param isSwitchedOff whether a class would be a bean in another profile of the build
   * @throws InvalidJobsException with all mistakes
   */
  Map<String, String> finish(Predicate<ClassInfo> isSwitchedOff) {
    for (MethodInfo method : classes.methods()) {
      Set<DotName> family = classes.family(method.declaringClass());
      if (family.stream().noneMatch(types::contains)
          && family.stream().map(classes::byName).noneMatch(isSwitchedOff)) {
        collector.refuse(
            name(method)
                + ": no bean has this method. Annotate its class with @ApplicationScoped; an inner"
                + " class must be static, too.");
      }
    }
    collector.finish();
    return found;
  }

  private static String name(MethodInfo method) {
    List<String> parameters =
        method.parameterTypes().stream().map(type -> type.name().withoutPackagePrefix()).toList();
    return method.declaringClass().name()
        + "."
        + method.name()
        + parameters.stream().collect(Collectors.joining(", ", "(", ")"));
  }
}
