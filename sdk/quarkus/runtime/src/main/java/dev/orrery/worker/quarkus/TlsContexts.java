package dev.orrery.worker.quarkus;

import dev.orrery.worker.binding.setting.InvalidSettingException;
import jakarta.enterprise.inject.Instance;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Finds the TLS configurations of the application by name, if it has the extension {@code
 * tls-registry}.
 */
public interface TlsContexts {

  /** Returns the context of a configuration; empty if there is none of this name. */
  Optional<SSLContext> find(String name);

  /**
   * @param setting that names the configuration
   * @param name empty for the context of the JVM, which is returned as empty
   * @throws InvalidSettingException if there is no such configuration
   */
  static Optional<SSLContext> of(
      Instance<TlsContexts> contexts, String setting, Optional<String> name) {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    String what = setting + " is '" + name.get() + "'";
    if (contexts.isUnsatisfied()) {
      throw new InvalidSettingException(
          what + ", and the application has no TLS registry.",
          "Add the extension quarkus-tls-registry.");
    }
    Optional<SSLContext> found = contexts.get().find(name.get());
    if (found.isEmpty()) {
      throw new InvalidSettingException(
          what + ", which is no TLS configuration.",
          "Define quarkus.tls." + name.get() + ", or leave the setting out.");
    }
    return found;
  }
}
