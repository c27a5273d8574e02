package dev.orrery.worker.spring.aot;

import dev.orrery.worker.binding.AnnotatedMethods;
import dev.orrery.worker.spring.JobBeanTypes;
import java.lang.reflect.Method;
import java.util.Collection;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Keeps the methods with {@code @OrreryJob} callable in a native image, and their results. */
final class JobHints implements BeanFactoryInitializationAotProcessor {
  private final BindingReflectionHintsRegistrar bindings = new BindingReflectionHintsRegistrar();

  @Override
  public BeanFactoryInitializationAotContribution processAheadOfTime(
      ConfigurableListableBeanFactory beans) {
    Collection<Class<?>> types = JobBeanTypes.of(beans).values();
    if (types.isEmpty()) {
      return null;
    }
    return (context, code) -> {
      ReflectionHints hints = context.getRuntimeHints().reflection();
      types.forEach(type -> register(type, hints));
    };
  }

  private void register(Class<?> type, ReflectionHints hints) {
    for (Method method : AnnotatedMethods.methods(type)) {
      hints.registerMethod(method, ExecutableMode.INVOKE);
      bindings.registerReflectionHints(hints, method.getGenericReturnType());
    }
  }
}
