package dev.orrery.agent.processor.plugin;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.Processor;

/**
 * Runs a plugin's processor with the plugin's class loader as the thread's context class loader.
 */
record PluginProcessor(Processor processor, ClassLoader loader) implements Processor {

  @Override
  public String process(AttemptContext context) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return processor.process(context);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
