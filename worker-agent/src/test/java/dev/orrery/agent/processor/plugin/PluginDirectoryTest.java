package dev.orrery.agent.processor.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.agent.processor.FakeContext;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.testing.PluginJar;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginDirectoryTest {
  private static final String VERSION =
      "package lib; public class Version { public static String of() { return \"%s\"; } }";

  @TempDir private Path directory;

  private static String run(PluginDirectory plugins, String name) throws Exception {
    return plugins.processors().get(name).process(new FakeContext(new ProcessorSpec.Java(name)));
  }

  private void assertRefused(String... words) {
    assertThatThrownBy(() -> PluginDirectory.load(directory))
        .isInstanceOf(StartupException.class)
        .message()
        .contains(words);
  }

  @Test
  void loadsJarAsPlugin() throws Exception {
    new PluginJar().processor("a.Hello", "return context.job();").write(directory.resolve("a.jar"));
    Files.writeString(directory.resolve("README.txt"), "not a plugin");
    Files.createDirectory(directory.resolve("lost+found"));
    Files.createDirectory(directory.resolve("..data"));
    try (PluginDirectory plugins = PluginDirectory.load(directory)) {
      assertThat(plugins.processors()).containsOnlyKeys("Hello");
      assertThat(run(plugins, "Hello")).isEqualTo("nightly");
    }
  }

  @Test
  void isolatesConflictingLibraryVersionsOfPlugins() throws Exception {
    new PluginJar()
        .source("lib.Version", VERSION.formatted("1"))
        .processor("a.One", "return lib.Version.of();")
        .write(directory.resolve("one.jar"));
    new PluginJar()
        .source("lib.Version", VERSION.formatted("2"))
        .processor("b.Two", "return lib.Version.of();")
        .write(directory.resolve("two.jar"));
    try (PluginDirectory plugins = PluginDirectory.load(directory)) {
      assertThat(run(plugins, "One")).isEqualTo("1");
      assertThat(run(plugins, "Two")).isEqualTo("2");
      assertThat(run(plugins, "One")).isEqualTo("1");
    }
  }

  @Test
  void loadsSubdirectoryAsPluginWithLibraries() throws Exception {
    Path plugin = directory.resolve("three");
    new PluginJar()
        .source("lib.Version", VERSION.formatted("compiled against"))
        .processor("a.Three", "return lib.Version.of();")
        .write(plugin.resolve("z-main.jar"));
    // Before the other in the order of names, so this is the one that is found.
    new PluginJar()
        .source("lib.Version", VERSION.formatted("3"))
        .write(plugin.resolve("a-library.jar"));
    try (PluginDirectory plugins = PluginDirectory.load(directory)) {
      assertThat(run(plugins, "Three")).isEqualTo("3");
    }
  }

  @Test
  void hidesAgentLibrariesFromPlugins() throws Exception {
    new PluginJar()
        .processor(
            "a.Peek",
            "String seen = \"\"; for (String name : context.parameters().get(\"names\").split(\",\"))"
                + " try { Class.forName(name); seen += name; } catch (ClassNotFoundException e) {}"
                + " return seen;")
        .write(directory.resolve("peek.jar"));
    try (PluginDirectory plugins = PluginDirectory.load(directory)) {
      FakeContext context =
          new FakeContext(new ProcessorSpec.Java("Peek"))
              .parameter(
                  "names",
                  "io.vertx.core.Vertx,com.fasterxml.jackson.annotation.JsonInclude,"
                      + "org.jboss.logging.Logger,dev.orrery.agent.startup.AgentLifecycle,"
                      + "dev.orrery.outbound.OutboundHttp,dev.orrery.worker.Processor,java.sql.Connection");
      assertThat(plugins.processors().get("Peek").process(context))
          .isEqualTo("dev.orrery.worker.Processorjava.sql.Connection");
    }
  }

  @Test
  void setsContextClassLoaderToPluginDuringRun() throws Exception {
    new PluginJar()
        .processor(
            "a.Loader",
            "return String.valueOf(Thread.currentThread().getContextClassLoader()"
                + " == getClass().getClassLoader());")
        .write(directory.resolve("loader.jar"));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (PluginDirectory plugins = PluginDirectory.load(directory)) {
      assertThat(run(plugins, "Loader")).isEqualTo("true");
    }
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  @Test
  void defaultsProcessorNameToClassName() throws Exception {
    new PluginJar()
        .source(
            "a.Plain",
            "package a; public class Plain implements dev.orrery.worker.Processor {"
                + " public String process(dev.orrery.worker.AttemptContext c) { return \"x\"; } }")
        .service("a.Plain")
        .write(directory.resolve("plain.jar"));
    try (PluginDirectory plugins = PluginDirectory.load(directory)) {
      assertThat(plugins.processors()).containsOnlyKeys("a.Plain");
    }
  }

  @Test
  void refusesSameProcessorNameInTwoPluginsAndNamesBoth() throws Exception {
    new PluginJar().processor("a.Same", "return null;").write(directory.resolve("a.jar"));
    new PluginJar().processor("b.Same", "return null;").write(directory.resolve("b.jar"));
    assertRefused("'Same'", "a.jar", "b.jar");
  }

  @Test
  void refusesDuplicateProcessorNameWithinPlugin() throws Exception {
    new PluginJar()
        .processor("a.Same", "return null;")
        .processor("b.Same", "return null;")
        .write(directory.resolve("a.jar"));
    assertRefused("a.jar", "two processors named 'Same'");
  }

  @Test
  void refusesJarWithoutProcessor() throws Exception {
    new PluginJar()
        .source("lib.Version", VERSION.formatted("1"))
        .write(directory.resolve("library.jar"));
    assertRefused("library.jar", "names no processor");
  }

  @Test
  void refusesProcessorThatCannotBeLoaded() throws Exception {
    new PluginJar().service("a.Missing").write(directory.resolve("missing.jar"));
    assertRefused("missing.jar", "a.Missing");
  }

  @Test
  void refusesProcessorWithFailingConstructor() throws Exception {
    new PluginJar()
        .source(
            "a.Broken",
            "package a; public class Broken implements dev.orrery.worker.Processor {"
                + " public Broken() { throw new IllegalStateException(\"no licence\"); }"
                + " public String process(dev.orrery.worker.AttemptContext c) { return null; } }")
        .service("a.Broken")
        .write(directory.resolve("broken.jar"));
    assertRefused("broken.jar", "no licence");
  }

  @Test
  void refusesFileThatIsNotAJar() throws Exception {
    Files.writeString(directory.resolve("text.jar"), "no archive");
    assertRefused("text.jar");
  }

  @Test
  void refusesInvalidProcessorName() throws Exception {
    new PluginJar()
        .source(
            "a.Odd",
            "package a; public class Odd implements dev.orrery.worker.Processor {"
                + " public String name() { return \"a b\"; }"
                + " public String process(dev.orrery.worker.AttemptContext c) { return null; } }")
        .service("a.Odd")
        .write(directory.resolve("odd.jar"));
    assertRefused("odd.jar", "'a b'");
  }

  @Test
  void refusesMissingPluginDirectory() {
    assertThatThrownBy(() -> PluginDirectory.load(directory.resolve("none")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.worker.plugin-dir")
        .hasMessageContaining("none");
  }
}
