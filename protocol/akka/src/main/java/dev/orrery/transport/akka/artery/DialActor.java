package dev.orrery.transport.akka.artery;

import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.transport.akka.AllowedPeers;
import java.lang.System.Logger.Level;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Status;
import org.apache.pekko.io.DnsExt;
import org.apache.pekko.io.dns.AAAARecord;
import org.apache.pekko.io.dns.ARecord;
import org.apache.pekko.io.dns.CachePolicy;
import org.apache.pekko.io.dns.DnsProtocol;
import org.apache.pekko.io.dns.ResourceRecord;

/**
 * Resolves the hosts that Artery dials, and rejects addresses that are not allowed. Artery dials
 * the host that a handshake or a message names before any other code of ours sees it, so every dial
 * passes through this actor. Artery dials exactly the checked address.
 */
public final class DialActor extends AbstractActor {
  private static final RateLimitedLog LOG =
      new RateLimitedLog(System.getLogger(DialActor.class.getName()));
  private static final int MAX_WAITING = 256;

  private final AllowedPeers allowed;
  private final ThreadPoolExecutor lookups =
      new ThreadPoolExecutor(
          2, 2, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), DialActor::thread);

  public DialActor(DnsExt extension) {
    this.allowed =
        extension.system().settings().setup().get(DialSetup.class).orElseThrow().allowed();
    lookups.allowCoreThreadTimeOut(true);
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder().match(DnsProtocol.Resolve.class, this::resolve).build();
  }

  private void resolve(DnsProtocol.Resolve request) {
    ActorRef asker = getSender();
    if (AllowedNetworks.spelledOut(request.name()).isPresent()) {
      asker.tell(checked(request.name()), ActorRef.noSender());
      return;
    }
    try {
      // A peer chose the name, so the lookup may be slow.
      lookups.execute(() -> asker.tell(checked(request.name()), ActorRef.noSender()));
    } catch (RejectedExecutionException e) {
      asker.tell(new Status.Failure(e), ActorRef.noSender());
    }
  }

  private Object checked(String host) {
    try {
      InetAddress address = InetAddress.getByName(host);
      if (allowed.includes(address)) {
        return DnsProtocol.Resolved$.MODULE$.apply(host, one(record(host, address)));
      }
      LOG.log(
          Level.WARNING,
          "dial",
          "akka: refused to dial a peer whose address is not allowed: address="
              + address.getHostAddress()
              + " allowed="
              + allowed);
      return new Status.Failure(new UnknownHostException("not in " + allowed));
    } catch (UnknownHostException e) {
      return new Status.Failure(e);
    }
  }

  private static ResourceRecord record(String host, InetAddress address) {
    CachePolicy.Ttl ttl = CachePolicy.Ttl$.MODULE$.never();
    return address instanceof Inet6Address six
        ? new AAAARecord(host, ttl, six)
        : new ARecord(host, ttl, address);
  }

  private static scala.collection.immutable.Seq<ResourceRecord> one(ResourceRecord record) {
    return scala.jdk.javaapi.CollectionConverters.asScala(java.util.List.of(record)).toList();
  }

  @Override
  public void postStop() {
    lookups.shutdownNow();
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "orrery-akka-dial");
    thread.setDaemon(true);
    return thread;
  }
}
