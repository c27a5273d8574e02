package dev.orrery.transport.akka.artery;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.orrery.transport.akka.AllowedPeers;
import dev.orrery.transport.akka.proxy.LocalSystem;
import dev.orrery.transport.akka.proxy.PeerProfile;
import dev.orrery.transport.akka.proxy.ProxyLimits;
import dev.orrery.transport.akka.proxy.Upstream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.remote.AddressUidExtension;
import org.apache.pekko.remote.RemoteTransportException;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;

/**
 * An actor system behind its proxy. Its configuration is safe and fixed: neither system properties
 * nor a file of the application can change it.
 */
public final class ArterySystem implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ArterySystem.class.getName());

  private static final String USERS = "/user/";

  private static final byte[] NO_PASSWORD = {};
  private static final int PASSWORD_BYTES = 32;
  private static final int TRIES = 5;
  private static final Duration STOP = Duration.ofSeconds(10);

  private final ActorSystem system;
  private final PeerProfile peers;
  private final Upstream inner;
  private final Probes probes;

  /**
   * The configuration of an actor system.
   *
   * @param name part of its address
   * @param peers what its peers send to it
   * @param resource the serializer of its messages
   * @param advertisedHost the host in its address, exactly as peers write it
   * @param advertisedPort of the proxy
   * @param tls mutual TLS, or null
   * @param verifiesNames whether a peer's certificate must match the dialled host
   * @param mailboxBytes the maximum bytes of waiting requests
   */
  public record Setting(
      String name,
      PeerProfile peers,
      String resource,
      String advertisedHost,
      int advertisedPort,
      AllowedPeers allowed,
      Supplier<SSLContext> tls,
      boolean verifiesNames,
      long mailboxBytes) {}

  private ArterySystem(ActorSystem system, PeerProfile peers, Upstream inner, Probes probes) {
    this.system = system;
    this.peers = peers;
    this.inner = inner;
    this.probes = probes;
  }

  /** Starts a system on a free port of the loopback interface. */
  public static ArterySystem start(Setting setting) {
    for (int attempt = 1; ; attempt++) {
      Upstream inner =
          new Upstream(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort()),
              setting.tls() == null ? NO_PASSWORD : newPassword());
      Probes probes = new Probes();
      try {
        return new ArterySystem(create(setting, inner, probes), setting.peers(), inner, probes);
      } catch (RemoteTransportException e) {
        // Another process has bound the port in the meantime.
        if (attempt == TRIES) {
          throw e;
        }
      }
    }
  }

  private static int freePort() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException("There is no free port on the loopback interface", e);
    }
  }

  private static byte[] newPassword() {
    byte[] password = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(password);
    return password;
  }

  private static ActorSystem create(Setting setting, Upstream inner, Probes probes) {
    ClassLoader loader = ArterySystem.class.getClassLoader();
    Config config =
        ConfigFactory.parseMap(variable(setting, inner.address().getPort()))
            .withFallback(ConfigFactory.parseResources(loader, setting.resource()))
            .withFallback(ConfigFactory.parseResources(loader, "orrery-akka.conf"))
            .withFallback(withoutSerializers(ConfigFactory.defaultReference(loader)))
            .resolve();
    List<Setup> setups = new ArrayList<>();
    setups.add(BootstrapSetup.create(config).withClassloader(loader));
    setups.add(new DialSetup(setting.allowed()));
    setups.add(new PeersSetup(setting.peers()));
    setups.add(probes);
    if (setting.tls() != null) {
      setups.add(
          SSLEngineProviderSetup.create(
              system ->
                  new TlsEngineProvider(setting.tls(), setting.verifiesNames(), inner.password())));
    }
    return ActorSystem.create(
        setting.name(), ActorSystemSetup.create(setups.toArray(new Setup[0])));
  }

  /**
   * Takes out all serializers of Pekko, of this release and later ones: whatever can be
   * deserialized is reachable without the proxy, too, through the loopback interface. Pekko merges
   * its own configuration into any other, so each entry of it is replaced.
   */
  private static Config withoutSerializers(Config reference) {
    return replaced(
        replaced(reference, "pekko.actor.serializers", ControlSerializer.class.getName()),
        "pekko.actor.serialization-bindings",
        "none");
  }

  private static Config replaced(Config reference, String path, String by) {
    Map<String, Object> entries = new HashMap<>();
    reference.getObject(path).keySet().forEach(name -> entries.put(name, by));
    return reference.withValue(path, ConfigValueFactory.fromMap(entries));
  }

  private static Map<String, Object> variable(Setting setting, int innerPort) {
    return Map.of(
        "pekko.remote.artery.canonical.hostname",
        setting.advertisedHost(),
        "pekko.remote.artery.canonical.port",
        setting.advertisedPort(),
        "pekko.remote.artery.bind.hostname",
        "127.0.0.1",
        "pekko.remote.artery.bind.port",
        innerPort,
        "pekko.remote.artery.transport",
        setting.tls() == null ? "tcp" : "tls-tcp",
        "pekko.remote.artery.advanced.maximum-frame-size",
        ProxyLimits.MAX_FRAME,
        "pekko.remote.artery.trusted-selection-paths",
        List.of(setting.peers().actor()),
        "orrery-mailbox.max-bytes",
        setting.mailboxBytes());
  }

  /** Starts the only actor that peers can address. */
  public ActorRef serve(Props props) {
    ActorRef actor =
        system.actorOf(
            props.withMailbox("orrery-mailbox"), peers.actor().substring(USERS.length()));
    probes.askedActor(actor);
    return actor;
  }

  public ActorSystem actors() {
    return system;
  }

  /** A unique number, different from the number of any successor of this system. */
  public long uid() {
    return AddressUidExtension.get(system).longAddressUid();
  }

  /**
   * Returns true if the system has begun to end for any reason. After a fatal error it may never
   * complete that.
   */
  public boolean isEnding() {
    return ((ExtendedActorSystem) system).isTerminating();
  }

  public Probes probes() {
    return probes;
  }

  /** The address that peers use; successors of this system share it. */
  public LocalSystem own() {
    return new LocalSystem(
        ((ExtendedActorSystem) system).provider().getDefaultAddress().toString(), peers);
  }

  /** The address on which Artery itself listens. */
  public Upstream inner() {
    return inner;
  }

  @Override
  public void close() {
    system.terminate();
    try {
      system.getWhenTerminated().toCompletableFuture().get(STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.log(
          Level.WARNING,
          "akka: actor system did not stop in time; continuing the shutdown: waited={0}",
          STOP);
    } catch (ExecutionException e) {
      LOG.log(Level.WARNING, "akka: failed to stop the actor system; continuing the shutdown", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
