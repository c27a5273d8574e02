package dev.orrery.worker.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.worker.test.scheduler.LocalScheduler;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;

/** Tests to which tests the annotation applies; LocalSchedulerIT tests it with a scheduler. */
class LocalSchedulerCustomizerFactoryTest {
  @WithLocalScheduler
  private static class Annotated {}

  private static final class Inherited extends Annotated {}

  private static final class Other {}

  private static ContextCustomizer customizer(Class<?> test) {
    ContextCustomizerFactory found =
        SpringFactoriesLoader.loadFactories(
                ContextCustomizerFactory.class, Annotated.class.getClassLoader())
            .stream()
            .filter(LocalSchedulerCustomizerFactory.class::isInstance)
            .findFirst()
            .orElseThrow();
    return found.createContextCustomizer(test, List.of());
  }

  @Test
  void customizesOnlyTestsWithAnnotation() {
    assertThat(customizer(Annotated.class)).isInstanceOf(LocalSchedulerCustomizer.class);
    assertThat(customizer(Other.class)).isNull();
  }

  /** Spring compares customizers to find a cached context. */
  @Test
  void createsEqualCustomizersSoThatTestsShareContext() {
    assertThat(customizer(Inherited.class)).isEqualTo(customizer(Annotated.class));
  }

  @Test
  void namesMissingDependency() {
    assertThatThrownBy(
            () ->
                LocalSchedulerCustomizerFactory.requireWorkerTest(
                    Annotated.class, new FilteredClassLoader(LocalScheduler.class)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(Annotated.class.getName())
        .hasMessageContaining("dev.orrery:orrery-worker-test");
  }
}
