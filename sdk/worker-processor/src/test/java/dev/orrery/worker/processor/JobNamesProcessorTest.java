package dev.orrery.worker.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles classes as an application does, and uses the generated ones. */
class JobNamesProcessorTest {
  private static final String IMPORTS =
      """
      package app;
      import dev.orrery.worker.annotation.*;
      import java.time.*;
      import java.util.*;
      """;

  @TempDir Path directory;

  private ClassLoader compiled(String name, String source) throws IOException {
    Path file = Files.writeString(directory.resolve(name + ".java"), IMPORTS + source);
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
      JavaCompiler.CompilationTask task =
          javac.getTask(
              messages,
              files,
              null,
              List.of(
                  "-d",
                  directory.toString(),
                  "-sourcepath",
                  directory.toString(),
                  "-cp",
                  System.getProperty("java.class.path")),
              null,
              files.getJavaFileObjects(new File[] {file.toFile()}));
      task.setProcessors(List.of(new JobNamesProcessor()));
      assertThat(task.call()).as(messages.toString()).isTrue();
    }
    return new URLClassLoader(
        new URL[] {directory.toUri().toURL()}, JobNamesProcessorTest.class.getClassLoader());
  }

  private static Object constant(ClassLoader loader, String type, String name) throws Exception {
    var field = loader.loadClass(type).getField(name);
    field.setAccessible(true);
    return field.get(null);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> map(ClassLoader loader, String type, Object... values)
      throws Exception {
    var constructor = loader.loadClass(type).getDeclaredConstructors()[0];
    constructor.setAccessible(true);
    Object made = constructor.newInstance(values);
    return (Map<String, String>) made.getClass().getMethod("toMap").invoke(made);
  }

  private static Stream<String> types(ClassLoader loader, String type) throws Exception {
    return Arrays.stream(loader.loadClass(type).getRecordComponents())
        .map(RecordComponent::getType)
        .map(Class::getSimpleName);
  }

  @Test
  void generatesNamesAndTypedParameterRecords() throws Exception {
    ClassLoader loader =
        compiled(
            "Invoices",
            """
            public class Invoices {
              public enum Kind { BY_DAY }
              @OrreryJob("send-invoices")
              void sendAll(LocalDate day, @Param(defaultValue = "10") int limit, Kind kind,
                  Optional<Duration> wait, @Param("the \\"lang\\"") Locale lang, boolean dry) {}
            }
            """);

    assertThat(constant(loader, "app.InvoicesJobs", "SEND_ALL")).isEqualTo("send-invoices");
    assertThat(types(loader, "app.InvoicesJobs$SendAll"))
        .containsExactly("LocalDate", "Integer", "Kind", "Duration", "Locale", "boolean");
    Object kind = loader.loadClass("app.Invoices$Kind").getEnumConstants()[0];
    assertThat(
            map(
                loader,
                "app.InvoicesJobs$SendAll",
                LocalDate.of(2027, 3, 1),
                7,
                kind,
                Duration.ofMinutes(90),
                Locale.forLanguageTag("de-CH"),
                true))
        .containsExactly(
            Map.entry("day", "2027-03-01"),
            Map.entry("limit", "7"),
            Map.entry("kind", "BY_DAY"),
            Map.entry("wait", "PT1H30M"),
            Map.entry("the \"lang\"", "de-CH"),
            Map.entry("dry", "true"));
    assertThat(map(loader, "app.InvoicesJobs$SendAll", null, null, null, null, null, false))
        .containsExactly(Map.entry("dry", "false"));
  }

  @Test
  void generatesStringForOtherParameterTypes() throws Exception {
    ClassLoader loader =
        compiled(
            "Orders",
            """
            public class Orders {
              record Order(String id) {}
              private enum Hidden { A }
              @OrreryJob("orders")
              void run(List<Order> orders, Order one, long[] ids, Hidden hidden,
                  @Param Map<String, Integer> sizes) {}
            }
            """);

    assertThat(types(loader, "app.OrdersJobs$Run")).containsOnly("String").hasSize(5);
  }

  @Test
  void generatesNoRecordForMethodWithoutJobParameters() throws Exception {
    ClassLoader loader =
        compiled(
            "Plain",
            """
            public class Plain {
              @OrreryJob("plain") void run(JobContext context, Map<String, String> all) {}
            }
            """);

    assertThat(loader.loadClass("app.PlainJobs").getDeclaredClasses()).isEmpty();
  }

  @Test
  void generatesNoRecordForMethodWithSdkContext() throws Exception {
    Path sdk = Files.createDirectories(directory.resolve("dev/orrery/worker"));
    Files.writeString(
        sdk.resolve("AttemptContext.java"),
        "package dev.orrery.worker; public interface AttemptContext {}");
    ClassLoader loader =
        compiled(
            "OfSdk",
            """
            public class OfSdk {
              @OrreryJob("sdk") void run(dev.orrery.worker.AttemptContext context) {}
            }
            """);

    assertThat(loader.loadClass("app.OfSdkJobs").getDeclaredClasses()).isEmpty();
  }

  @Test
  void usesNameOfOnlyDeclaredJob() throws Exception {
    ClassLoader loader =
        compiled(
            "Names",
            """
            class Names {
              @OrreryJob("one") @OrrerySchedule(name = "daily", cron = "@daily") void one() {}
              @OrreryJob("two") @OrrerySchedule(cron = "@daily") void two() {}
              @OrreryJob("three") @OrrerySchedule(name = "a", cron = "@daily")
              @OrrerySchedule(name = "b", cron = "@hourly") void three() {}
              @OrreryJob("four") @OrrerySchedule(name = "${job}", cron = "@daily") void four() {}
            }
            """);

    assertThat(constant(loader, "app.NamesJobs", "ONE")).isEqualTo("daily");
    assertThat(constant(loader, "app.NamesJobs", "TWO")).isEqualTo("two");
    assertThat(constant(loader, "app.NamesJobs", "THREE")).isEqualTo("three");
    assertThat(constant(loader, "app.NamesJobs", "FOUR")).isEqualTo("four");
  }

  @Test
  void distinguishesOverloadsNestedClassesAndReservedNames() throws Exception {
    ClassLoader loader =
        compiled(
            "Outer",
            """
            public class Outer {
              @OrreryJob("a") void run() {}
              @OrreryJob("b") void run(char hashCode, int toMap) {}
              static class Inner { @OrreryJob("c") void run() {} }
            }
            """);

    assertThat(constant(loader, "app.OuterJobs", "RUN")).isEqualTo("a");
    assertThat(constant(loader, "app.OuterJobs", "RUN2")).isEqualTo("b");
    assertThat(constant(loader, "app.OuterInnerJobs", "RUN")).isEqualTo("c");
    assertThat(map(loader, "app.OuterJobs$Run2", 'x', 3))
        .containsExactly(Map.entry("hashCode", "x"), Map.entry("toMap", "3"));
  }
}
