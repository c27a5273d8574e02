package dev.orrery.it.harness;

import dev.orrery.testing.Keytool;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority with its certificates, created by the JDK's keytool. */
public final class Keys {
  private static final String PASSWORD = "of-this-test";
  private static final String CA = "ca";
  private static final String END = "end";

  private final Path directory;

  /** Creates an authority with its files in this directory. */
  public Keys(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    generate(store(CA), CA, "-ext", "bc:c");
    keytool(store(CA), "-exportcert", "-rfc", "-alias", CA, "-file", file("ca.pem"));
    keytool(trust(), "-importcert", "-noprompt", "-alias", CA, "-file", file("ca.pem"));
  }

  /** Signs a new certificate for this machine; replaces an existing file of this name. */
  public void sign(String name) {
    try {
      Path next = directory.resolve(name + "-next.p12");
      generate(next, END, "-ext", "SAN=ip:127.0.0.1,dns:localhost");
      keytool(next, "-certreq", "-alias", END, "-file", file(name + ".csr"));
      keytool(
          store(CA),
          "-gencert",
          "-rfc",
          "-alias",
          CA,
          "-ext",
          "SAN=ip:127.0.0.1,dns:localhost",
          "-infile",
          file(name + ".csr"),
          "-outfile",
          file(name + ".pem"));
      Path chain = directory.resolve(name + "-chain.pem");
      Files.writeString(
          chain,
          Files.readString(directory.resolve(name + ".pem"))
              + Files.readString(directory.resolve("ca.pem")));
      keytool(next, "-importcert", "-noprompt", "-alias", END, "-file", chain.toString());
      Files.move(next, store(name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void generate(Path store, String alias, String... more) {
    Keytool.generate(store, PASSWORD, alias, more);
  }

  private static void keytool(Path store, String... arguments) {
    Keytool.run(store, PASSWORD, arguments);
  }

  private Path store(String name) {
    return directory.resolve(name + ".p12");
  }

  private Path trust() {
    return directory.resolve("trust.p12");
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  /** Returns a key and certificate as Quarkus settings. */
  public List<String> keyStore(String configuration, String name) {
    return store(configuration, ".key-store", store(name));
  }

  /** Returns the trust in this authority as Quarkus settings. */
  public List<String> trustStore(String configuration) {
    return store(configuration, ".trust-store", trust());
  }

  private static List<String> store(String configuration, String which, Path file) {
    String prefix = "-Dquarkus.tls." + configuration + which + ".p12.";
    return List.of(prefix + "path=" + file, prefix + "password=" + PASSWORD);
  }

  /** Returns a key and its certificates as the two files of a TLS Secret. */
  public Map<String, String> secret(String name) {
    try {
      Key key = read(store(name)).getKey(END, PASSWORD.toCharArray());
      String encoded = Base64.getMimeEncoder().encodeToString(key.getEncoded());
      return Map.of(
          "tls.crt",
          Files.readString(directory.resolve(name + "-chain.pem")),
          "tls.key",
          "-----BEGIN PRIVATE KEY-----\n" + encoded + "\n-----END PRIVATE KEY-----\n");
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the TLS context of {@link #keyStore} and {@link #trustStore} for this process. */
  public SSLContext context(String name) {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(read(store(name)), PASSWORD.toCharArray());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(read(trust()));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyStore read(Path file) throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return store;
  }
}
