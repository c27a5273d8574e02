package dev.orrery.agent.processor.plugin;

/**
 * The parent class loader of plugins: it exposes only the Java platform and the SDK. Plugins do not
 * see the agent's own libraries, so they may bring any version of them.
 */
final class SdkClassLoader extends ClassLoader {
  private final ClassLoader agent;

  static {
    registerAsParallelCapable();
  }

  SdkClassLoader(ClassLoader agent) {
    super("orrery-sdk", getPlatformClassLoader());
    this.agent = agent;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (name.startsWith("dev.orrery.worker.") || name.startsWith("dev.orrery.protocol.")) {
      return agent.loadClass(name);
    }
    throw new ClassNotFoundException(name);
  }
}
