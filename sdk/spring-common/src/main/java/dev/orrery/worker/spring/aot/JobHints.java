package dev.orrery.worker.spring.aot;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.annotation.JobContext;
import dev.orrery.worker.binding.AnnotatedMethods;
import dev.orrery.worker.spring.JobBeanTypes;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Registers the hints that a native image needs to call {@code @OrreryJob} methods, and to read
 * their parameters and write their results.
 */
final class JobHints implements BeanFactoryInitializationAotProcessor {
  private static final Set<Type> CONTEXTS = Set.of(JobContext.class, AttemptContext.class);

  private final BindingReflectionHintsRegistrar bindings = new BindingReflectionHintsRegistrar();

  @Override
  public BeanFactoryInitializationAotContribution processAheadOfTime(
      ConfigurableListableBeanFactory beans) {
    Collection<Class<?>> types = JobBeanTypes.predicted(beans).values();
    if (types.isEmpty()) {
      return null;
    }
    return (context, code) -> {
      ReflectionHints hints = context.getRuntimeHints().reflection();
      types.forEach(type -> register(type, hints));
      registerReactiveTypes(context.getRuntimeHints());
    };
  }

  /** The binding calls these if a method returns them. */
  private static void registerReactiveTypes(RuntimeHints hints) {
    ClassLoader loader = JobHints.class.getClassLoader();
    for (String type : List.of("io.smallrye.mutiny.Uni", "reactor.core.publisher.Mono")) {
      hints.reflection().registerTypeIfPresent(loader, type, MemberCategory.INVOKE_PUBLIC_METHODS);
    }
  }

  private void register(Class<?> type, ReflectionHints hints) {
    for (Method method : AnnotatedMethods.methods(type)) {
      hints.registerMethod(method, ExecutableMode.INVOKE);
      bindings.registerReflectionHints(hints, method.getGenericReturnType());
      Arrays.stream(method.getGenericParameterTypes())
          .filter(parameter -> !CONTEXTS.contains(parameter))
          .forEach(parameter -> bindings.registerReflectionHints(hints, parameter));
    }
  }
}
