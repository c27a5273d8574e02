package dev.orrery.transport.akka.proxy;

import static dev.orrery.testing.artery.Frames.ARTERY;
import static dev.orrery.testing.artery.Frames.OURS;
import static dev.orrery.testing.artery.Frames.field;
import static dev.orrery.testing.artery.Frames.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.testing.artery.Frames;
import dev.orrery.transport.akka.AllowedPeers;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenderCheckTest {
  private static final boolean CONTROL = false;
  private static final boolean ORDINARY = true;
  private static final byte[] NOTHING = {};
  private static final long UID = 0x8877665544332211L;
  private static final String SCHEDULER = "akka://orrery@10.0.0.5:10086";
  private static final String WORKER = "akka://orrery-worker@10.0.0.7:27777";
  private static final String ACTOR = WORKER + "/user/orrery#123";
  private static final String FAREWELL = "/system/remoteFlushOnShutdown#-7";

  private final RemoteSystemRegistry remoteSystems = new RemoteSystemRegistry(100);
  private final SenderCheck sender =
      new SenderCheck(
          new LocalSystem(SCHEDULER, PeerProfile.ORRERY),
          AllowedPeers.of(
              Optional.of(AllowedNetworks.parse("test.networks", List.of("10.0.0.0/24")))),
          remoteSystems,
          InetAddress.getLoopbackAddress(),
          false);

  private FrameVerdict check(boolean ordinary, byte[] frame) throws FrameRejectedException {
    return sender.check(ordinary, FrameHeader.read(ByteBuffer.wrap(frame).position(4).slice()));
  }

  private void accepts(boolean ordinary, byte[] frame) throws FrameRejectedException {
    assertThat(check(ordinary, frame)).isEqualTo(FrameVerdict.FORWARDED);
  }

  private void refuses(boolean ordinary, byte[] frame, String says) {
    assertThatThrownBy(() -> check(ordinary, frame))
        .isInstanceOf(FrameRejectedException.class)
        .hasMessageContaining(says);
  }

  private static byte[] request(String sender, String recipient) {
    return Frames.frame(UID, OURS, sender, recipient, "", NOTHING);
  }

  private static byte[] selection(String sender) {
    return Frames.frame(
        UID,
        Frames.SELECTION,
        sender,
        SCHEDULER + "/",
        "",
        Frames.selection("/user/orrery", OURS, NOTHING));
  }

  private static byte[] from(String manifest, String address, long uid) {
    return Frames.control(UID, manifest, field(1, unique(address, uid)));
  }

  @Test
  void acceptsAllMessagesOfOwnSchedulerAndWorker() throws FrameRejectedException {
    accepts(ORDINARY, Frames.handshake(UID, WORKER, SCHEDULER));
    accepts(ORDINARY, selection(ACTOR));
    accepts(ORDINARY, request(ACTOR, SCHEDULER + "/user/orrery#9"));
    accepts(ORDINARY, request("", SCHEDULER + "/user/orrery"));
    accepts(ORDINARY, Frames.handshake(UID, WORKER, SCHEDULER));
    byte[] last = field(1, unique(WORKER, UID));
    accepts(ORDINARY, Frames.frame(UID, ARTERY, WORKER + FAREWELL, "", "b", last));
    accepts(ORDINARY, Frames.frame(UID, ARTERY, "", SCHEDULER + FAREWELL, "c", last));
    accepts(CONTROL, from("e", WORKER, UID));
    accepts(
        CONTROL,
        Frames.control(UID, "a", field(1, unique(WORKER, UID)), field(2, unique(SCHEDULER, 5))));

    assertThat(remoteSystems.size()).isEqualTo(1);
    assertThat(sender.uid()).isEqualTo(UID);
  }

  /** Artery would read the message before it drops it. */
  @Test
  void skipsMessagesUntilHandshakeHasCome() throws FrameRejectedException {
    assertThat(check(ORDINARY, selection(ACTOR))).isEqualTo(FrameVerdict.SKIPPED);
    accepts(ORDINARY, Frames.handshake(UID, WORKER, "akka://orrery@10.0.0.6:10086"));
    assertThat(check(ORDINARY, selection(ACTOR))).isEqualTo(FrameVerdict.SKIPPED);

    accepts(ORDINARY, Frames.handshake(UID, WORKER, SCHEDULER));

    accepts(ORDINARY, selection(ACTOR));
  }

  @Test
  void acceptsReconnectWithoutHandshake() throws FrameRejectedException {
    remoteSystems.enter(RemoteSystem.of(WORKER, UID), InetAddress.getLoopbackAddress(), 0);
    remoteSystems.onHandshake(UID);

    accepts(ORDINARY, selection(ACTOR));

    assertThat(remoteSystems.size()).isEqualTo(1);
    refuses(ORDINARY, Frames.handshake(UID, "akka://x@10.0.0.8:1", SCHEDULER), "two actor systems");
  }

  @Test
  void refusesSecondActorSystemOnSameConnection() throws FrameRejectedException {
    check(CONTROL, Frames.handshake(UID, WORKER, SCHEDULER));

    refuses(
        CONTROL,
        Frames.handshake(UID, "akka://orrery-worker@10.0.0.7:27778", SCHEDULER),
        "two actor systems");
    refuses(CONTROL, from("e", "akka://x@10.0.0.9:1", UID), "two actor systems");
    refuses(
        ORDINARY, selection("akka://orrery-worker@10.0.0.8:1/user/orrery#1"), "two actor systems");
    refuses(CONTROL, Frames.handshake(UID + 1, WORKER, SCHEDULER), "two actor systems");
    refuses(CONTROL, from("e", WORKER, UID + 1), "two actor systems");
    assertThat(remoteSystems.size()).isEqualTo(1);
  }

  @Test
  void refusesPeerClaimingOwnAddress() {
    refuses(CONTROL, Frames.handshake(UID, SCHEDULER, SCHEDULER), "our own address");
    refuses(CONTROL, from("e", SCHEDULER, UID), "our own address");
  }

  @Test
  void refusesPeerAddressOutsideNetworksAndAcceptsHostNames() throws FrameRejectedException {
    refuses(
        CONTROL, Frames.handshake(UID, "akka://x@10.0.1.7:1", SCHEDULER), "not in test.networks");
    refuses(CONTROL, Frames.handshake(UID, "akka://x@fd00::7:1", SCHEDULER), "not in");
    check(CONTROL, Frames.handshake(UID, "akka://x@worker.example:1", SCHEDULER));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "akka://x@y@10.0.0.7:1",
        "akka://x@10.0.0.7/:1",
        "akka://@10.0.0.7:1",
        "akka://x@:1",
        "akka://x@10.0.0.7:100000"
      })
  void refusesMalformedPeerAddress(String address) {
    byte[] host =
        address
            .substring(address.lastIndexOf('@') + 1)
            .split(":", -1)[0]
            .getBytes(StandardCharsets.US_ASCII);
    byte[] system =
        address.substring(7, address.lastIndexOf('@')).getBytes(StandardCharsets.US_ASCII);
    long port = Long.parseLong(address.substring(address.lastIndexOf(':') + 1));
    byte[] named =
        Frames.concat(
            field(1, "akka".getBytes(StandardCharsets.US_ASCII)),
            field(2, system),
            field(3, host),
            field(4, port));

    refuses(
        CONTROL,
        Frames.control(UID, "e", field(1, Frames.concat(field(1, named), field(2, UID)))),
        "unusable address");
  }

  /** Usual protobuf readers use the last of two equal fields. */
  @Test
  void refusesDuplicateProtobufFields() {
    byte[] once = field(1, unique(WORKER, UID));
    byte[] twice = field(1, unique("akka://x@10.0.0.8:1", UID));
    refuses(CONTROL, Frames.control(UID, "e", once, twice), "Artery");
    refuses(
        CONTROL, Frames.control(UID, "e", once, field(2, NOTHING), field(2, NOTHING)), "Artery");
    refuses(
        CONTROL,
        Frames.control(UID, "e", field(1, Frames.concat(unique(WORKER, UID), field(2, UID + 1)))),
        "Artery");
  }

  /**
   * Compression tables, system messages and their acknowledgements, heartbeats, flushes and others.
   */
  @ParameterizedTest
  @ValueSource(strings = {"f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "", "dd"})
  void refusesUnusedArteryControlMessages(String manifest) {
    refuses(CONTROL, from(manifest, WORKER, UID), "Artery");
    refuses(ORDINARY, from(manifest, WORKER, UID), "Artery");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "e"})
  void refusesControlMessagesOnOrdinaryStream(String manifest) {
    refuses(ORDINARY, from(manifest, WORKER, UID), "Artery");
  }

  @Test
  void refusesOrdinaryMessagesOnControlStream() {
    refuses(
        CONTROL,
        Frames.frame(UID, OURS, "", SCHEDULER + "/", "", NOTHING),
        "message to an unknown actor");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        SCHEDULER,
        SCHEDULER + "/",
        SCHEDULER + "/remote/x",
        SCHEDULER + "/system/remote-watcher#1",
        SCHEDULER + "/user/orrery2",
        SCHEDULER + "/user",
        "akka://orrery@10.0.0.5:10087/",
        "/user/orrery"
      })
  void refusesMessagesToUnknownActor(String recipient) {
    refuses(ORDINARY, request(ACTOR, recipient), "message to an unknown actor");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/temp/x", "/user/other#1", "", "/system/remoteFlushOnShutdown#1"})
  void refusesSenderPathThatIsNotAPeerActor(String path) throws FrameRejectedException {
    accepts(ORDINARY, Frames.handshake(UID, WORKER, SCHEDULER));
    refuses(ORDINARY, selection(WORKER + path), "unknown sender");
  }

  @Test
  void refusesUnknownFrameFormat() {
    byte[] version = Frames.handshake(UID, WORKER, SCHEDULER);
    version[4] = 1;
    refuses(CONTROL, version, "unsupported frame version");
    byte[] metadata = Frames.handshake(UID, WORKER, SCHEDULER);
    metadata[5] = 1;
    refuses(CONTROL, metadata, "unsupported frame version");
    for (int tag : new int[] {16, 20, 24}) {
      byte[] compressed = Frames.handshake(UID, WORKER, SCHEDULER);
      compressed[4 + tag + 3] = (byte) 0xFF;
      refuses(CONTROL, compressed, "compressed");
    }
    byte[] negative = Frames.handshake(UID, WORKER, SCHEDULER);
    negative[4 + FrameHeader.MIN_FRAME + 1] = (byte) 0x80;
    refuses(CONTROL, negative, "path too long");
    refuses(ORDINARY, request("a".repeat(3000), SCHEDULER + "/"), "path too long");
    refuses(
        CONTROL,
        Frames.control(UID, "e", field(1, unique(WORKER, UID)), field(2, new byte[3000])),
        "Artery");
  }

  @Test
  void registersNoRemoteSystemForRefusedHandshake() {
    refuses(CONTROL, Frames.handshake(UID, SCHEDULER, SCHEDULER), "our own address");

    assertThat(remoteSystems.size()).isZero();
    assertThatCode(sender::onDisconnected).doesNotThrowAnyException();
  }
}
