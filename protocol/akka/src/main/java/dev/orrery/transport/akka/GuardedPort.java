package dev.orrery.transport.akka;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.transport.akka.artery.ArterySystem;
import dev.orrery.transport.akka.artery.BoundedMailbox;
import dev.orrery.transport.akka.proxy.FrameProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** The proxy on the advertised port, and the configuration of the actor systems behind it. */
record GuardedPort(FrameProxy proxy, ArterySystem.Setting setting) {

  /**
   * Binds the advertised port.
   *
   * @param systemName name of the actor systems behind it
   * @param verifiesNames see {@link ArterySystem.Setting}
   * @throws StartupException if it cannot be bound, or would be open to any peer
   */
  static GuardedPort bind(
      EndpointSettings settings, String systemName, boolean verifiesNames, LongConsumer onGone) {
    String host = AdvertisedHost.host(settings);
    AllowedPeers allowed = AllowedPeers.of(settings);
    Supplier<SSLContext> tls = settings.tls().orElse(null);
    FrameProxy proxy;
    try {
      proxy =
          FrameProxy.bind(
              new InetSocketAddress(InetAddress.getByName(settings.host()), settings.port()),
              allowed,
              tls == null ? null : () -> serverEngine(tls.get()),
              onGone);
    } catch (IOException e) {
      throw new StartupException(
          "port "
              + settings.port()
              + " of the protocol akka cannot be bound on "
              + settings.host()
              + " ("
              + e.getMessage()
              + "). Stop the process that uses it, or set "
              + settings.prefix()
              + ".port.",
          e);
    }
    long mailboxBytes = BoundedMailbox.maxBytesOfMemory(Runtime.getRuntime().maxMemory());
    return new GuardedPort(
        proxy,
        new ArterySystem.Setting(
            systemName, host, proxy.port(), allowed, tls, verifiesNames, mailboxBytes));
  }

  private static SSLEngine serverEngine(SSLContext tls) {
    SSLEngine engine = tls.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    return engine;
  }
}
