package dev.orrery.transport.akka.artery;

import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import scala.Option;

/**
 * Provides TLS for outgoing connections of Artery. Incoming connections come from the proxy, which
 * has terminated TLS; they begin with a password, so that no other process of this machine can
 * bypass the proxy.
 */
final class TlsEngineProvider implements SSLEngineProvider {
  private final Supplier<SSLContext> contexts;
  private final boolean verifiesNames;
  private final byte[] password;

  TlsEngineProvider(Supplier<SSLContext> contexts, boolean verifiesNames, byte[] password) {
    this.contexts = contexts;
    this.verifiesNames = verifiesNames;
    this.password = password;
  }

  @Override
  public SSLEngine createServerSSLEngine(String hostname, int port) {
    return new PlainEngine(password);
  }

  @Override
  public SSLEngine createClientSSLEngine(String hostname, int port) {
    SSLEngine engine = contexts.get().createSSLEngine(hostname, port);
    engine.setUseClientMode(true);
    if (verifiesNames) {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      engine.setSSLParameters(parameters);
    }
    return engine;
  }

  @Override
  public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
    return Option.empty();
  }

  @Override
  public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
    return Option.empty();
  }
}
