package dev.orrery.cli.quickstart;

import dev.orrery.protocol.text.BoundedFile;
import dev.orrery.protocol.text.TokenText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A pod's access to its API server: the address from the environment, the rest from the files that
 * the kubelet mounts.
 *
 * @param directory {@code /var/run/secrets/kubernetes.io/serviceaccount} in a pod
 */
record ServiceAccount(Path directory, Map<String, String> environment) {

  URI apiServer() {
    String host = environment.get("KUBERNETES_SERVICE_HOST");
    String port = environment.get("KUBERNETES_SERVICE_PORT");
    if (host == null || port == null) {
      throw new IllegalStateException("KUBERNETES_SERVICE_HOST is not set: this is not a pod");
    }
    return URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
  }

  String namespace() {
    return text("namespace");
  }

  /** Reads the file on every call, because the kubelet rotates the token about once an hour. */
  String token() {
    String token = text("token");
    if (!TokenText.isToken(token)) {
      throw new IllegalStateException(
          "The token in " + directory.resolve("token") + " " + TokenText.RULE);
    }
    return token;
  }

  /** Trusts only the certificate authority of the cluster. */
  HttpClient client() {
    try (InputStream file = Files.newInputStream(directory.resolve("ca.crt"))) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
        trusted.setCertificateEntry("authority-" + number++, one);
      }
      if (number == 0) {
        throw new IllegalStateException("No certificate in " + directory + "/ca.crt");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return HttpClient.newBuilder().sslContext(context).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The authority in " + directory + " cannot be used", e);
    }
  }

  private String text(String file) {
    try {
      return BoundedFile.read(directory.resolve(file), BoundedFile.TOKEN_BYTES).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
