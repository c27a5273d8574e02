package dev.orrery.transport.akka.proxy;

import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.transport.akka.AllowedPeers;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Checks the sender, the recipient and the kind of each frame of a connection. Artery trusts all
 * three before a token is read: it dials the address in a message, and certain control messages of
 * a hostile peer make it end the streams of all peers. So a connection may have only one remote
 * system, and may carry only messages of its {@link PeerProfile}.
 */
final class SenderCheck implements FrameRule {
  /** The id of Artery's own serializer. */
  private static final int ARTERY = 17;

  private static final String HANDSHAKE_REQUEST = "d";
  private static final String HANDSHAKE_RESPONSE = "e";

  /** The actor that announces and acknowledges the end of an actor system. */
  private static final String FLUSH_ON_SHUTDOWN = "/system/remoteFlushOnShutdown";

  /** The recipient of messages to a selection. */
  private static final String ROOT = "/";

  private final LocalSystem local;
  private final AllowedPeers allowed;
  private final RemoteSystemRegistry remoteSystems;
  private final InetAddress machine;
  private final boolean isOwn;
  private boolean uidKnown;
  private long uid;
  private RemoteSystem remote;
  private boolean heard;

  /**
   * @param isOwn whether this process itself has connected, without a system and a handshake
   */
  SenderCheck(
      LocalSystem local,
      AllowedPeers allowed,
      RemoteSystemRegistry remoteSystems,
      InetAddress machine,
      boolean isOwn) {
    this.local = local;
    this.allowed = allowed;
    this.remoteSystems = remoteSystems;
    this.machine = machine;
    this.isOwn = isOwn;
  }

  @Override
  public FrameVerdict check(boolean ordinary, FrameHeader head) throws FrameRejectedException {
    if (uidKnown && head.uid() != uid && !isOwn) {
      throw new FrameRejectedException("two actor systems on one connection");
    }
    uidKnown = true;
    uid = head.uid();
    if (head.serializer() == ARTERY) {
      if (local.peers().skippedManifests().contains(head.manifest())) {
        require(!ordinary && head.recipient().isEmpty());
        return FrameVerdict.SKIPPED;
      }
      checkArteryMessage(ordinary, head);
      return FrameVerdict.FORWARDED;
    }
    checkMessage(ordinary, head);
    if (isOwn) {
      return FrameVerdict.FORWARDED;
    }
    if (!isHeard()) {
      return FrameVerdict.SKIPPED;
    }
    String path = checkSender(head.sender(), local.peers()::isSender);
    return local.peers().isSigned() ? signed(path) : FrameVerdict.FORWARDED;
  }

  private void checkMessage(boolean ordinary, FrameHeader head) throws FrameRejectedException {
    String recipient = pathBehind(local.address(), head.recipient());
    boolean isSelection = head.serializer() == SelectionCheck.SERIALIZER;
    if (!isSelection && head.serializer() != local.peers().serializer()) {
      throw new FrameRejectedException("message of an unknown serializer");
    }
    if (!ordinary
        || !(isSelection ? recipient.equals(ROOT) : local.peers().isRecipient(recipient))) {
      throw new FrameRejectedException("message to an unknown actor");
    }
    if (!head.manifest().isEmpty()) {
      throw new FrameRejectedException("message with a manifest");
    }
    if (isSelection) {
      SelectionCheck.check(head.message(), local.peers());
    }
  }

  /**
   * Returns true if the handshake of the system has come, maybe on another connection. Artery would
   * read a message of any other system, and then drop it.
   */
  private boolean isHeard() throws FrameRejectedException {
    if (!heard) {
      Optional<RemoteSystem> known = remoteSystems.find(uid);
      heard =
          known.isPresent()
              && (remote != null
                  || !local.peers().isSigned()
                  || remoteSystems.isFrom(uid, machine));
      if (heard) {
        setRemoteSystem(known.get());
      }
    }
    return heard;
  }

  /** A message that awaits an answer keeps its sender. */
  private FrameVerdict signed(String path) throws FrameRejectedException {
    if (local.peers().isAsking(path)) {
      if (local.peers().isOfOwnMachine()
          && !AllowedNetworks.spelledOut(remote.host()).equals(Optional.of(machine))) {
        throw new FrameRejectedException(
            "the peer names the address " + remote.address() + ", which is not its own");
      }
      return FrameVerdict.FORWARDED;
    }
    return FrameVerdict.signed(
        remote.address()
            + "/"
            + PeerProfile.SIGNATURE
            + "/"
            + machine.getHostAddress().replaceFirst("%.*", ""));
  }

  private void checkArteryMessage(boolean ordinary, FrameHeader head)
      throws FrameRejectedException {
    boolean noRecipient = head.recipient().isEmpty();
    switch (head.manifest()) {
      // Quarantined
      case "a", HANDSHAKE_RESPONSE -> require(!ordinary && noRecipient && head.sender().isEmpty());
      case HANDSHAKE_REQUEST -> require(noRecipient && head.sender().isEmpty());
      // ActorSystemTerminating
      case "b" -> {
        require(noRecipient);
        var unused = checkSender(head.sender(), SenderCheck::isFlush);
      }
      // ActorSystemTerminatingAck
      case "c" -> require(isFlush(pathBehind(local.address(), head.recipient())));
      default -> require(false);
    }
    require(head.message().remaining() <= FrameHeader.MAX_HEAD);
    StrictFieldReader message = new StrictFieldReader(head.message());
    setRemoteSystem(RemoteSystem.read(message.message(1)));
    // Artery answers no request to another address.
    boolean isHandshake =
        head.manifest().equals(HANDSHAKE_RESPONSE)
            || (head.manifest().equals(HANDSHAKE_REQUEST)
                && RemoteSystem.address(message.message(2)).equals(local.address()));
    if (message.hasMore()) {
      message.skip(2);
    }
    message.end();
    if (isHandshake) {
      remoteSystems.onHandshake(uid);
    }
  }

  private static boolean isFlush(String path) {
    return path.equals(ROOT) || PeerProfile.isActor(path, FLUSH_ON_SHUTDOWN);
  }

  private static void require(boolean sound) throws FrameRejectedException {
    if (!sound) {
      throw new FrameRejectedException("unexpected Artery control message");
    }
  }

  /**
   * Checks the sender, to which Artery sends responses.
   *
   * @return its path, which is empty if there is none
   */
  private String checkSender(String sender, Predicate<String> known) throws FrameRejectedException {
    if (sender.isEmpty()) {
      return "";
    }
    int path = sender.indexOf('/', sender.indexOf("://") + 3);
    String address = path < 0 ? sender : sender.substring(0, path);
    if (remote == null || !remote.address().equals(address)) {
      setRemoteSystem(RemoteSystem.of(address, uid));
    }
    String rest = pathBehind(address, sender);
    if (!known.test(rest)) {
      throw new FrameRejectedException("unknown sender");
    }
    return rest;
  }

  /** Returns the path of an actor of this system; empty if it is in another one. */
  private static String pathBehind(String address, String path) {
    return path.startsWith(address) ? path.substring(address.length()) : "";
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
