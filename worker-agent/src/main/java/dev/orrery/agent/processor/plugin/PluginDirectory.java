package dev.orrery.agent.processor.plugin;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.worker.Processor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The plugins of a directory: each jar and each subdirectory with jars is a plugin. They are loaded
 * once; a new jar requires a restart of the agent.
 */
public final class PluginDirectory implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PluginDirectory.class);

  private final List<Plugin> plugins = new ArrayList<>();
  private final Map<String, Plugin> byProcessor = new LinkedHashMap<>();

  private PluginDirectory() {}

  /**
   * Loads all plugins.
   *
   * @throws StartupException naming the plugin that cannot be loaded, or two plugins with the same
   *     name; all of them are closed then
   */
  public static PluginDirectory load(Path directory) {
    PluginDirectory plugins = new PluginDirectory();
    ClassLoader sdk = new SdkClassLoader(Processor.class.getClassLoader());
    try {
      for (Path entry : entries(directory)) {
        List<Path> jars = Files.isDirectory(entry) ? jars(entry) : List.of(entry);
        if (!jars.isEmpty()) {
          plugins.add(Plugin.load(entry, jars, sdk));
        }
      }
      return plugins;
    } catch (StartupException e) {
      plugins.close();
      throw e;
    }
  }

  private static List<Path> entries(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new StartupException(
          "orrery.worker.plugin-dir is "
              + directory
              + ", which is not a directory. Create it, or remove the setting.");
    }
    return list(directory).stream()
        .filter(entry -> !entry.getFileName().toString().startsWith("."))
        .filter(entry -> Files.isDirectory(entry) || isJar(entry))
        .toList();
  }

  private static List<Path> jars(Path directory) {
    return list(directory).stream().filter(PluginDirectory::isJar).toList();
  }

  private static boolean isJar(Path file) {
    return file.getFileName().toString().endsWith(".jar") && Files.isRegularFile(file);
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new StartupException(
          "orrery.worker.plugin-dir: " + directory + " cannot be read (" + e + ").", e);
    }
  }

  private void add(Plugin plugin) {
    plugins.add(plugin);
    for (String name : plugin.processors().keySet()) {
      Plugin other = byProcessor.putIfAbsent(name, plugin);
      if (other != null) {
        throw new StartupException(
            "two plugins contain a processor named '"
                + name
                + "': "
                + other.file()
                + " and "
                + plugin.file()
                + ". Remove one of them from orrery.worker.plugin-dir.");
      }
    }
    LOG.infof(
        "Loaded a plugin: file=%s processors=%s",
        plugin.file().getFileName(), plugin.processors().keySet());
  }

  public Map<String, Processor> processors() {
    Map<String, Processor> processors = new LinkedHashMap<>();
    plugins.forEach(plugin -> processors.putAll(plugin.processors()));
    return processors;
  }

  @Override
  public void close() {
    plugins.forEach(Plugin::close);
  }
}
