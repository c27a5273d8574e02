package dev.orrery.worker.spring;

import dev.orrery.worker.binding.setting.InvalidSettingException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;

/**
 * Creates the SSL context of a bundle of {@code spring.ssl.bundle}, which has the trust and perhaps
 * a certificate.
 */
public final class SslBundleContext {
  private SslBundleContext() {}

  /**
   * @param setting that names the bundle
   * @param name null for the context of the JVM, which is returned as empty
   * @throws InvalidSettingException if there is no such bundle
   */
  public static Optional<SSLContext> of(
      ObjectProvider<SslBundles> bundles, String setting, String name) {
    if (name == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(bundles.getObject().getBundle(name).createSslContext());
    } catch (NoSuchSslBundleException e) {
      throw new InvalidSettingException(
          setting + " is '" + name + "', which is no SSL bundle.",
          "Define it below spring.ssl.bundle, or leave the setting out.");
    }
  }
}
