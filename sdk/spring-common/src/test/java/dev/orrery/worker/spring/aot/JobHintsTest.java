package dev.orrery.worker.spring.aot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.ExecutableHint;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.javapoet.ClassName;
import reactor.core.publisher.Mono;

class JobHintsTest {
  private static final String TOKEN = "x".repeat(40);

  record Imported(int rows) {}

  static class Billing {
    @OrreryJob("import-orders")
    Imported importOrders() {
      return new Imported(12);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OfInterface {
    private static boolean made;

    @Bean
    static Runnable task() {
      made = true;
      return () -> {};
    }
  }

  @Test
  void registersJobMethodsAndResultsForNativeImage() throws Exception {
    GenericApplicationContext context = new GenericApplicationContext();
    AnnotationConfigUtils.registerAnnotationConfigProcessors(context);
    context.registerBean("billing", Billing.class);
    context.registerBean(OfInterface.class);
    DefaultGenerationContext generation = generation();

    new ApplicationContextAotGenerator().processAheadOfTime(context, generation);

    assertThat(invocable(generation, Billing.class)).containsExactly("importOrders");
    assertThat(OfInterface.made).isFalse();
    assertThat(invocable(generation, Imported.class)).contains("rows");
    assertThat(
            RuntimeHintsPredicates.reflection()
                .onType(Mono.class)
                .withMemberCategory(MemberCategory.INVOKE_PUBLIC_METHODS))
        .accepts(generation.getRuntimeHints());
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    static Billing billing() {
      return new Billing();
    }

    @OrreryJob("orders")
    Imported orders(Order order, Optional<List<Row>> rows) {
      return new Imported(1);
    }
  }

  record Order(int number) {}

  record Row(int number) {}

  @Test
  void processesApplicationWithWorkerAheadOfTime(@TempDir Path directory) throws Exception {
    GenericApplicationContext context = new GenericApplicationContext();
    TestPropertyValues.of("orrery.worker.app=billing", "orrery.worker.token=" + TOKEN)
        .applyTo(context.getEnvironment());
    AnnotationConfigUtils.registerAnnotationConfigProcessors(context);
    context.registerBean(Application.class);
    DefaultGenerationContext generation = generation();

    new ApplicationContextAotGenerator().processAheadOfTime(context, generation);

    assertThat(compilerMessages(generation, directory)).isEmpty();
    assertThat(invocable(generation, Application.class)).contains("orders");
    assertThat(invocable(generation, Billing.class)).containsExactly("importOrders");
    assertThat(invocable(generation, Order.class)).contains("number");
    assertThat(invocable(generation, Row.class)).contains("number");
  }

  /** Returns what a compiler says about the generated sources; empty if they compile. */
  private static String compilerMessages(DefaultGenerationContext generation, Path directory)
      throws IOException {
    generation.writeGeneratedContent();
    List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn"));
    arguments.addAll(List.of("-d", directory.toString()));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    InMemoryGeneratedFiles files = (InMemoryGeneratedFiles) generation.getGeneratedFiles();
    for (String name : files.getGeneratedFiles(GeneratedFiles.Kind.SOURCE).keySet()) {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, files.getGeneratedFileContent(GeneratedFiles.Kind.SOURCE, name));
      arguments.add(file.toString());
    }
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, messages, messages, arguments.toArray(String[]::new));
    return code == 0 ? "" : messages.toString(StandardCharsets.UTF_8);
  }

  private static DefaultGenerationContext generation() {
    return new DefaultGenerationContext(
        new ClassNameGenerator(ClassName.get("com.example", "Application")),
        new InMemoryGeneratedFiles());
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
