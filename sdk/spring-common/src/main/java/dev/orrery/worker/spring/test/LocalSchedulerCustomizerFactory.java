package dev.orrery.worker.spring.test;

import java.util.List;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.util.ClassUtils;

/** Adds a {@link LocalSchedulerCustomizer} to tests with {@link WithLocalScheduler}. */
final class LocalSchedulerCustomizerFactory implements ContextCustomizerFactory {
  private static final String WORKER_TEST = "dev.orrery.worker.test.scheduler.LocalScheduler";

  @Override
  public ContextCustomizer createContextCustomizer(
      Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
    if (!TestContextAnnotationUtils.hasAnnotation(testClass, WithLocalScheduler.class)) {
      return null;
    }
    requireWorkerTest(testClass, testClass.getClassLoader());
    return new LocalSchedulerCustomizer();
  }

  static void requireWorkerTest(Class<?> testClass, ClassLoader loader) {
    if (!ClassUtils.isPresent(WORKER_TEST, loader)) {
      throw new IllegalStateException(
          "@WithLocalScheduler on "
              + testClass.getName()
              + " needs the dependency dev.orrery:orrery-worker-test, with the scope test.");
    }
  }
}
