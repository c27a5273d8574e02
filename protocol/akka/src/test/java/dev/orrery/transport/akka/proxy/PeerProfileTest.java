package dev.orrery.transport.akka.proxy;

import static dev.orrery.testing.artery.Frames.field;
import static dev.orrery.testing.artery.Frames.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.testing.artery.Frames;
import dev.orrery.transport.akka.AllowedPeers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests each profile with the frames of Orrery peers and of PowerJob workers. */
class PeerProfileTest {
  private static final boolean CONTROL = false;
  private static final boolean ORDINARY = true;
  private static final byte[] NOTHING = {};
  private static final long UID = 5;
  private static final int SELECTION = Frames.SELECTION;
  private static final int POWERJOB = 277_777;
  private static final String SERVER = "akka://oms-server@10.0.0.5:10086";
  private static final String WORKER = "akka://oms@10.0.0.7:27777";
  private static final String OTHER = "akka://oms@10.0.0.8:27777";
  private static final String SIGNED = WORKER + "/machine/10.0.0.7";

  private final RemoteSystemRegistry remoteSystems = new RemoteSystemRegistry(100);

  private SenderCheck check(PeerProfile profile, String machine) {
    return new SenderCheck(
        new LocalSystem(SERVER, profile),
        AllowedPeers.of(
            Optional.of(AllowedNetworks.parse("test.networks", List.of("10.0.0.0/24")))),
        remoteSystems,
        address(machine),
        false);
  }

  private static InetAddress address(String machine) {
    try {
      return InetAddress.getByName(machine);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(machine, e);
    }
  }

  private static FrameVerdict verdict(SenderCheck check, boolean ordinary, byte[] frame)
      throws FrameRejectedException {
    ByteBuffer head = ByteBuffer.wrap(frame).position(4).slice();
    return check.check(ordinary, FrameHeader.read(head));
  }

  private static void refuses(SenderCheck check, boolean ordinary, byte[] frame, String says) {
    assertThatThrownBy(() -> verdict(check, ordinary, frame))
        .isInstanceOf(FrameRejectedException.class)
        .hasMessageContaining(says);
  }

  private static byte[] message(int serializer, String sender, String recipient) {
    byte[] message =
        serializer == SELECTION
            ? Frames.selection("/user/server_actor", POWERJOB, NOTHING)
            : NOTHING;
    return Frames.frame(UID, serializer, sender, SERVER + recipient, "", message);
  }

  private static SenderCheck shaken(SenderCheck check) throws FrameRejectedException {
    assertThat(verdict(check, ORDINARY, Frames.handshake(UID, WORKER, SERVER)))
        .isEqualTo(FrameVerdict.FORWARDED);
    return check;
  }

  @ParameterizedTest
  @CsvSource({
    "6,      '',               /,                                      true",
    "6,      /deadLetters,     /,                                      true",
    "6,      /user/worker#-3,  /,                                      true",
    "6,      /temp/worker/$a,  /,                                      false",
    "277777, /user/worker#12,  /user/ask-7c1c2f2e-0000#-20012,         true",
    "277777, '',               /user/server_actor#7,                   true",
  })
  void acceptsPowerJobMessagesAndSignsThoseWithoutAnswer(
      int serializer, String path, String recipient, boolean isSigned)
      throws FrameRejectedException {
    String sender = path.isEmpty() ? "" : WORKER + path;

    assertThat(
            verdict(
                shaken(check(PeerProfile.POWERJOB, "10.0.0.7")),
                ORDINARY,
                message(serializer, sender, recipient)))
        .isEqualTo(isSigned ? FrameVerdict.signed(SIGNED) : FrameVerdict.FORWARDED);
  }

  @ParameterizedTest
  @CsvSource({
    "6,      /user/orrery,     message to an unknown actor",
    "6,      /user/server_actor, message to an unknown actor",
    "277777, /,                message to an unknown actor",
    "6,      /user/worker,     message to an unknown actor",
    "6,      /temp/$a,         message to an unknown actor",
    "6,      /system/x,        message to an unknown actor",
    "770086, /,                message of an unknown serializer",
    "2,      /user/ask-1,      message of an unknown serializer",
    "16,     /,                message of an unknown serializer",
  })
  void refusesUnknownPowerJobMessages(int serializer, String recipient, String says)
      throws FrameRejectedException {
    refuses(
        shaken(check(PeerProfile.POWERJOB, "10.0.0.7")),
        ORDINARY,
        message(serializer, "", recipient),
        says);
  }

  @Test
  void refusesPowerJobMessagesInOrreryProfile() throws FrameRejectedException {
    SenderCheck orrery = shaken(check(PeerProfile.ORRERY, "10.0.0.7"));

    refuses(orrery, ORDINARY, message(POWERJOB, "", "/"), "unknown serializer");
    refuses(orrery, ORDINARY, message(SELECTION, "", "/user/server_actor"), "unknown actor");
    refuses(orrery, ORDINARY, message(SELECTION, "", "/user/ask-1"), "unknown actor");
    refuses(orrery, ORDINARY, message(SELECTION, "", "/"), "none of ours");
    refuses(
        orrery,
        ORDINARY,
        Frames.frame(
            UID, Frames.OURS, WORKER + "/user/worker#1", SERVER + "/user/orrery", "", NOTHING),
        "unknown sender");
  }

  /** Tables of compression are of no use to a system that compresses nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"f", "h"})
  void skipsCompressionTablesOnlyOfPowerJobWorkers(String manifest) throws FrameRejectedException {
    byte[] table = Frames.control(UID, manifest, field(1, unique(WORKER, UID)), field(2, 1));

    assertThat(verdict(check(PeerProfile.POWERJOB, "10.0.0.7"), CONTROL, table))
        .isEqualTo(FrameVerdict.SKIPPED);
    refuses(check(PeerProfile.POWERJOB, "10.0.0.7"), ORDINARY, table, "Artery");
    refuses(check(PeerProfile.ORRERY, "10.0.0.7"), CONTROL, table, "Artery");
  }

  @ParameterizedTest
  @ValueSource(strings = {"g", "i", "j", "k", "l", "m", "n", "o", "p", ""})
  void refusesUnusedArteryControlMessagesOfPowerJobWorkers(String manifest) {
    refuses(
        check(PeerProfile.POWERJOB, "10.0.0.7"),
        CONTROL,
        Frames.control(UID, manifest, field(1, unique(WORKER, UID))),
        "Artery");
  }

  @Test
  void signsFirstMessageOnlyOfKnownWorker() throws FrameRejectedException {
    byte[] heartbeat = message(SELECTION, "", "/");

    assertThat(verdict(check(PeerProfile.POWERJOB, "10.0.0.7"), ORDINARY, heartbeat))
        .isEqualTo(FrameVerdict.SKIPPED);
    shaken(check(PeerProfile.POWERJOB, "10.0.0.7"));
    assertThat(verdict(check(PeerProfile.POWERJOB, "10.0.0.7"), ORDINARY, heartbeat))
        .isEqualTo(FrameVerdict.signed(SIGNED));
    assertThat(verdict(check(PeerProfile.POWERJOB, "10.0.0.8"), ORDINARY, heartbeat))
        .as("from another machine")
        .isEqualTo(FrameVerdict.SKIPPED);
  }

  /** A heartbeat is refused in words by whoever takes it, so the machine's address goes with it. */
  @Test
  void signsWithMachineAddressAndRefusesForeignReplyAddress() throws FrameRejectedException {
    SenderCheck check = check(PeerProfile.POWERJOB, "10.0.0.9");
    assertThat(verdict(check, ORDINARY, Frames.handshake(UID, OTHER, SERVER)).isForwarded())
        .isTrue();

    assertThat(verdict(check, ORDINARY, message(SELECTION, "", "/")))
        .isEqualTo(FrameVerdict.signed(OTHER + "/machine/10.0.0.9"));
    refuses(check, ORDINARY, message(SELECTION, OTHER + "/temp/$a", "/"), "which is not its own");
    SenderCheck behindRelay = check(PeerProfile.POWERJOB.ofOwnMachine(false), "10.0.0.9");
    assertThat(verdict(behindRelay, ORDINARY, message(SELECTION, OTHER + "/temp/$a", "/")))
        .isEqualTo(FrameVerdict.FORWARDED);
  }
}
