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
 * Connects a context to the scheduler, before all other properties. Spring caches contexts, whose
 * workers live on: by an app of its own, none takes the runs of another test. Equal to others, so
 * that tests of one configuration share a context.
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
    context
        .getEnvironment()
        .getPropertySources()
        .addFirst(new MapPropertySource("orrery-local-scheduler", settings));
    context.getBeanFactory().registerSingleton("orreryLocalScheduler", scheduler);
  }
}
