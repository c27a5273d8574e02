package dev.orrery.transport.akka.proxy;

import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.transport.akka.AllowedPeers;
import java.net.InetAddress;

/**
 * Judges what the frames of one connection say of their sender, of their recipient, and of what
 * they are. Artery believes all of it before any token is read: it dials whom a message names, and
 * ends its streams of all peers over some that only a hostile peer sends. So a connection has one
 * origin, and carries what our own sides send, and nothing else.
 */
final class SenderCheck implements FrameRule {
  /** The serializer of Artery's own messages. */
  private static final int ARTERY = 17;

  /** Sends, and takes, the last words of a system that ends in good order. */
  private static final String FAREWELL = "/system/remoteFlushOnShutdown";

  private final LocalSystem own;
  private final AllowedPeers reach;
  private final RemoteSystemRegistry origins;
  private final InetAddress from;
  private boolean heard;
  private long uid;
  private RemoteSystem origin;

  SenderCheck(LocalSystem own, AllowedPeers reach, RemoteSystemRegistry origins, InetAddress from) {
    this.own = own;
    this.reach = reach;
    this.origins = origins;
    this.from = from;
  }

  @Override
  public void check(boolean ordinary, FrameHead head) throws FrameRejectedException {
    if (heard && head.uid() != uid) {
      throw new FrameRejectedException("two actor systems on one connection");
    }
    heard = true;
    uid = head.uid();
    if (head.serializer() == ARTERY) {
      arterysOwn(ordinary, head);
    } else {
      if (!ordinary || !isPath(head.recipient(), own.address(), own.actor())) {
        throw new FrameRejectedException("a message to none of ours");
      }
      sentBy(head.sender(), own.actor());
    }
  }

  private void arterysOwn(boolean ordinary, FrameHead head) throws FrameRejectedException {
    boolean toNobody = head.recipient().isEmpty();
    switch (head.manifest()) {
      // Quarantined, HandshakeRsp
      case "a", "e" -> require(!ordinary && toNobody && head.sender().isEmpty());
      // HandshakeReq
      case "d" -> require(toNobody && head.sender().isEmpty());
      // ActorSystemTerminating
      case "b" -> {
        require(toNobody);
        sentBy(head.sender(), FAREWELL);
      }
      // ActorSystemTerminatingAck
      case "c" -> require(isPath(head.recipient(), own.address(), FAREWELL));
      default -> require(false);
    }
    require(head.whole());
    StrictFieldReader message = new StrictFieldReader(head.message());
    is(RemoteSystem.read(message.message(1)));
    if (message.hasMore()) {
      var unused = message.message(2);
      message.end();
    }
  }

  private static void require(boolean sound) throws FrameRejectedException {
    if (!sound) {
      throw new FrameRejectedException("a message of Artery's own that none of our peers sends");
    }
  }

  /** The sender is what answers go to. */
  private void sentBy(String sender, String actor) throws FrameRejectedException {
    if (sender.isEmpty()) {
      return;
    }
    int path = sender.indexOf('/', sender.indexOf("://") + 3);
    String address = path < 0 ? sender : sender.substring(0, path);
    if (origin == null || !origin.address().equals(address)) {
      is(RemoteSystem.of(address, uid));
    }
    if (!isPath(sender, address, actor)) {
      throw new FrameRejectedException("a sender that is none of our peers'");
    }
  }

  /** The actor's path, with or without its number; that of a selection ends with the address. */
  private static boolean isPath(String path, String address, String actor) {
    if (!path.startsWith(address)) {
      return false;
    }
    String rest = path.substring(address.length());
    return rest.equals("/")
        || (rest.startsWith(actor)
            && (rest.length() == actor.length() || rest.charAt(actor.length()) == '#'));
  }

  private void is(RemoteSystem named) throws FrameRejectedException {
    if (named.equals(origin)) {
      return;
    }
    if (origin != null || named.uid() != uid) {
      throw new FrameRejectedException("one connection of two actor systems");
    }
    if (named.address().equals(own.address())) {
      throw new FrameRejectedException("it calls itself by our own address");
    }
    if (AllowedNetworks.spelledOut(named.host())
        .filter(host -> !reach.includes(host))
        .isPresent()) {
      throw new FrameRejectedException(
          "it calls itself " + named.address() + ", which is not in " + reach);
    }
    origins.enter(named, from, System.nanoTime());
    origin = named;
  }

  /** The connection has ended. */
  void left() {
    if (origin != null) {
      origins.leave(origin, System.nanoTime());
    }
  }

  /** The machine that has dialled. */
  InetAddress from() {
    return from;
  }

  /** Which actor system sends; only once a frame has come in. */
  long uid() {
    return uid;
  }
}
