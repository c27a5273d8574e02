package dev.orrery.transport.akka;

import dev.orrery.testing.Keytool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates from the JDK's keytool. */
final class TestTls {
  private static final char[] PASSWORD = "password".toCharArray();

  private TestTls() {}

  /** Creates a key with a certificate for this machine, which trusts itself and the others. */
  static SSLContext of(Path directory, String name, String... others)
      throws IOException, GeneralSecurityException {
    return context(directory, name, "ip:127.0.0.1,dns:localhost", others);
  }

  /** The same, with a certificate for another machine. */
  static SSLContext forHost(Path directory, String name, String address)
      throws IOException, GeneralSecurityException {
    return context(directory, name, "ip:" + address);
  }

  private static SSLContext context(Path directory, String name, String host, String... others)
      throws IOException, GeneralSecurityException {
    KeyStore keys = keys(directory, name, host);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(name, keys.getCertificate(name));
    for (String other : others) {
      trusted.setCertificateEntry(other, keys(directory, other, host).getCertificate(other));
    }
    KeyManagerFactory keyManagers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, PASSWORD);
    TrustManagerFactory trustManagers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trustManagers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  private static KeyStore keys(Path directory, String name, String host)
      throws IOException, GeneralSecurityException {
    Path file = directory.resolve(name + ".p12");
    if (!Files.exists(file)) {
      Keytool.generate(file, new String(PASSWORD), name, "-ext", "SAN=" + host);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }
}
