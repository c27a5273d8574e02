package dev.orrery.transport.akka;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.transport.akka.artery.ArterySystem;
import dev.orrery.transport.akka.artery.BoundedMailbox;
import dev.orrery.transport.akka.proxy.FrameProxy;
import dev.orrery.transport.akka.proxy.PeerProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** The proxy on the advertised port, and the configuration of the actor systems behind it. */
public record GuardedPort(FrameProxy proxy, ArterySystem.Setting setting) {

  /**
   * Binds the advertised port.
   *
   * @param systemName name of the actor systems behind it
   * @param peers what their peers send to them
   * @param resource see {@link ArterySystem.Setting}
   * @param verifiesNames see {@link ArterySystem.Setting}
   * @throws StartupException if it cannot be bound, or would be open to any peer
   */
  public static GuardedPort bind(
      EndpointSettings settings,
      String systemName,
      PeerProfile peers,
      String resource,
      boolean verifiesNames,
      LongConsumer onGone) {
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
            systemName,
            peers,
            resource,
            host,
            proxy.port(),
            allowed,
            tls,
            verifiesNames,
            mailboxBytes));
  }

  /** Binds the advertised port of Orrery's own protocol. */
  static GuardedPort ofOrrery(
      EndpointSettings settings, String systemName, boolean verifiesNames, LongConsumer onGone) {
    return bind(
        settings,
        systemName,
        PeerProfile.ORRERY,
        "orrery-akka-envelope.conf",
        verifiesNames,
        onGone);
  }

  private static SSLEngine serverEngine(SSLContext tls) {
    SSLEngine engine = tls.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    return engine;
  }
}
