package dev.orrery.worker.spring.test;

import dev.orrery.worker.test.scheduler.ApplicationSettings;
import dev.orrery.worker.test.scheduler.LocalScheduler;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Connects the context of a test to the local scheduler, with properties that override all others.
 * Spring caches contexts, and their workers continue to run: each context has an app of its own, so
 * that none takes the runs of another test. All customizers are equal, so that tests with the same
 * configuration share a context.
 */
record LocalSchedulerCustomizer() implements ContextCustomizer {
  private static final AtomicInteger CONTEXTS = new AtomicInteger();

  @Override
  public void customizeContext(
      ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
    LocalScheduler scheduler = LocalScheduler.shared();
    Map<String, Object> settings =
        new HashMap<>(
            ApplicationSettings.of(scheduler, "test-context-" + CONTEXTS.incrementAndGet()));
    settings.put("orrery.worker.enabled", "true");
    // The app is new, so it has only the jobs that the context declares.
    settings.put("orrery.client.required-jobs", "");
    context
        .getEnvironment()
        .getPropertySources()
        .addFirst(new MapPropertySource("orrery-local-scheduler", settings));
    context.getBeanFactory().registerSingleton("orreryLocalScheduler", scheduler);
  }
}
