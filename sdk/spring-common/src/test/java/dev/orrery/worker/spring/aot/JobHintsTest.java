package dev.orrery.worker.spring.aot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.ExecutableHint;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.javapoet.ClassName;
import reactor.core.publisher.Mono;

class JobHintsTest {
  record Imported(int rows) {}

  static class Billing {
    @OrreryJob("import-orders")
    Imported importOrders() {
      return new Imported(12);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OfInterface {
    @Bean
    static Runnable task() {
      throw new AssertionError("A bean was made while the application was built");
    }
  }

  @Test
  void registersJobMethodsAndResultsForNativeImage() throws Exception {
    GenericApplicationContext context = new GenericApplicationContext();
    AnnotationConfigUtils.registerAnnotationConfigProcessors(context);
    context.registerBean("billing", Billing.class);
    context.registerBean(OfInterface.class);
    DefaultGenerationContext generation =
        new DefaultGenerationContext(
            new ClassNameGenerator(ClassName.get("com.example", "Application")),
            new InMemoryGeneratedFiles());

    new ApplicationContextAotGenerator().processAheadOfTime(context, generation);

    assertThat(invocable(generation, Billing.class)).containsExactly("importOrders");
    assertThat(invocable(generation, Imported.class)).contains("rows");
    assertThat(
            RuntimeHintsPredicates.reflection()
                .onType(Mono.class)
                .withMemberCategory(MemberCategory.INVOKE_PUBLIC_METHODS))
        .accepts(generation.getRuntimeHints());
  }

  private static List<String> invocable(DefaultGenerationContext generation, Class<?> type) {
    return generation
        .getRuntimeHints()
        .reflection()
        .getTypeHint(type)
        .methods()
        .filter(method -> method.getMode() == ExecutableMode.INVOKE)
        .map(ExecutableHint::getName)
        .toList();
  }
}
