package dev.orrery.agent.processor.plugin;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.worker.Processor;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jboss.logging.Logger;

/**
 * A plugin: a jar, or a directory of jars, with its own class loader.
 *
 * @param processors by their names; at least one
 */
record Plugin(Path file, URLClassLoader loader, Map<String, Processor> processors) {
  private static final Logger LOG = Logger.getLogger(Plugin.class);

  /**
   * Loads all processors of a plugin.
   *
   * @param file names the plugin in messages
   * @throws StartupException if the plugin has no processor, or one cannot be loaded
   */
  static Plugin load(Path file, List<Path> jars, ClassLoader sdk) {
    URLClassLoader loader =
        new URLClassLoader(
            "orrery-plugin-" + file.getFileName(),
            jars.stream().map(Plugin::url).toArray(URL[]::new),
            sdk);
    try {
      return new Plugin(file, loader, processors(file, loader));
    } catch (StartupException e) {
      close(loader);
      throw e;
    }
  }

  private static Map<String, Processor> processors(Path file, URLClassLoader loader) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // For constructors, which may look for services themselves.
    thread.setContextClassLoader(loader);
    try {
      Map<String, Processor> processors = new LinkedHashMap<>();
      for (Processor processor : ServiceLoader.load(Processor.class, loader)) {
        String name = processor.name();
        if (name == null || !ProcessorSpec.Java.isName(name)) {
          throw refusal(
              file,
              "its processor "
                  + processor.getClass().getName()
                  + " has the name '"
                  + name
                  + "', which must be 1 to 150 characters out of A-Z a-z 0-9 . _ - $",
              null);
        }
        if (processors.put(name, new PluginProcessor(processor, loader)) != null) {
          throw refusal(file, "it has two processors named '" + name + "'", null);
        }
      }
      if (processors.isEmpty()) {
        throw refusal(
            file,
            "it names no processor in META-INF/services/dev.orrery.worker.Processor. Put a plugin"
                + " and its libraries into a subdirectory",
            null);
      }
      return processors;
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      if (e instanceof StartupException known) {
        throw known;
      }
      throw refusal(file, String.valueOf(e.getCause() == null ? e : e.getCause()), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static StartupException refusal(Path file, String reason, Throwable cause) {
    return new StartupException("the plugin " + file + " cannot be loaded: " + reason + ".", cause);
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  void close() {
    close(loader);
  }

  private static void close(URLClassLoader loader) {
    try {
      loader.close();
    } catch (IOException e) {
      LOG.warnf(
          "Failed to close a plugin; leaving its files open: loader=%s: %s",
          loader.getName(), e.getMessage());
    }
  }
}
