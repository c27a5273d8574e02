package dev.orrery.agent.processor.plugin;

/**
 * What plugins see besides themselves: the Java platform and the SDK. Nothing of the agent's own
 * libraries, so a plugin may bring any version of them.
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
