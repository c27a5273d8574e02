package dev.orrery.transport.akka.proxy;

import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.transport.akka.AllowedPeers;
import java.net.InetAddress;

/**
 * Checks sender, recipient and kind of a connection's frames. Artery trusts all three before a
 * token is read: it dials the address in a message, and certain control messages of a hostile peer
 * make it end the streams of all peers. So a connection may have only one remote system, and may
 * carry only messages that our own two sides send.
 */
final class SenderCheck implements FrameRule {
  /** The id of Artery's own serializer. */
  private static final int ARTERY = 17;

  /** The actor that announces and acknowledges the end of an actor system. */
  private static final String FLUSH_ON_SHUTDOWN = "/system/remoteFlushOnShutdown";

  private final LocalSystem local;
  private final AllowedPeers allowed;
  private final RemoteSystemRegistry remoteSystems;
  private final InetAddress machine;
  private boolean uidKnown;
  private long uid;
  private RemoteSystem remote;

  SenderCheck(
      LocalSystem local,
      AllowedPeers allowed,
      RemoteSystemRegistry remoteSystems,
      InetAddress machine) {
    this.local = local;
    this.allowed = allowed;
    this.remoteSystems = remoteSystems;
    this.machine = machine;
  }

  @Override
  public void check(boolean ordinary, FrameHead head) throws FrameRejectedException {
    if (uidKnown && head.uid() != uid) {
      throw new FrameRejectedException("two actor systems on one connection");
    }
    uidKnown = true;
    uid = head.uid();
    if (head.serializer() == ARTERY) {
      checkArteryMessage(ordinary, head);
    } else {
      if (!ordinary || !isPath(head.recipient(), local.address(), local.actor())) {
        throw new FrameRejectedException("message to an unknown actor");
      }
      checkSender(head.sender(), local.actor());
    }
  }

  private void checkArteryMessage(boolean ordinary, FrameHead head) throws FrameRejectedException {
    boolean noRecipient = head.recipient().isEmpty();
    switch (head.manifest()) {
      // Quarantined, HandshakeRsp
      case "a", "e" -> require(!ordinary && noRecipient && head.sender().isEmpty());
      // HandshakeReq
      case "d" -> require(noRecipient && head.sender().isEmpty());
      // ActorSystemTerminating
      case "b" -> {
        require(noRecipient);
        checkSender(head.sender(), FLUSH_ON_SHUTDOWN);
      }
      // ActorSystemTerminatingAck
      case "c" -> require(isPath(head.recipient(), local.address(), FLUSH_ON_SHUTDOWN));
      default -> require(false);
    }
    require(head.whole());
    StrictFieldReader message = new StrictFieldReader(head.message());
    setRemoteSystem(RemoteSystem.read(message.message(1)));
    if (message.hasMore()) {
      var unused = message.message(2);
      message.end();
    }
  }

  private static void require(boolean sound) throws FrameRejectedException {
    if (!sound) {
      throw new FrameRejectedException("unexpected Artery control message");
    }
  }

  /** Checks the sender, to which Artery sends responses. */
  private void checkSender(String sender, String actor) throws FrameRejectedException {
    if (sender.isEmpty()) {
      return;
    }
    int path = sender.indexOf('/', sender.indexOf("://") + 3);
    String address = path < 0 ? sender : sender.substring(0, path);
    if (remote == null || !remote.address().equals(address)) {
      setRemoteSystem(RemoteSystem.of(address, uid));
    }
    if (!isPath(sender, address, actor)) {
      throw new FrameRejectedException("unknown sender");
    }
  }

  /**
   * Matches an actor path with or without its uid, or the address alone, which is the path of a
   * selection.
   */
  private static boolean isPath(String path, String address, String actor) {
    if (!path.startsWith(address)) {
      return false;
    }
    String rest = path.substring(address.length());
    return rest.equals("/")
        || (rest.startsWith(actor)
            && (rest.length() == actor.length() || rest.charAt(actor.length()) == '#'));
  }

  private void setRemoteSystem(RemoteSystem named) throws FrameRejectedException {
    if (named.equals(remote)) {
      return;
    }
    if (remote != null || named.uid() != uid) {
      throw new FrameRejectedException("two actor systems on one connection");
    }
    if (named.address().equals(local.address())) {
      throw new FrameRejectedException("the peer claims our own address");
    }
    if (AllowedNetworks.spelledOut(named.host())
        .filter(host -> !allowed.includes(host))
        .isPresent()) {
      throw new FrameRejectedException(
          "advertised address " + named.address() + " is not in " + allowed);
    }
    remoteSystems.enter(named, machine, System.nanoTime());
    remote = named;
  }

  void onDisconnected() {
    if (remote != null) {
      remoteSystems.leave(remote, System.nanoTime());
    }
  }

  InetAddress machine() {
    return machine;
  }

  /** The uid of the remote system; valid after the first frame. */
  long uid() {
    return uid;
  }
}
